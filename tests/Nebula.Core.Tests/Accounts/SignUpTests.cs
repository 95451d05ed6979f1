using Nebula.Core.Accounts;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Accounts;

public sealed class SignUpTests
{
    private readonly World _world = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_signs_up_has_an_account_with_a_hashed_password()
    {
        var account = await SignUpAsync("Ada@Example.com", "Ada Lovelace", "correct horse").Succeeds();

        Assert.Equal([account], _world.AccountStore.All);
        Assert.Equal(("Ada@Example.com", "Ada Lovelace", 1, Some.Time), (account.Email, account.Username, account.TokenVersion, account.CreatedAt));
        Assert.Equal(PlainPasswords.HashOf("correct horse"), account.PasswordHash);
    }

    [Theory]
    [InlineData("ada@example.com", null)]
    [InlineData("a@b", null)]
    [InlineData("ada+tag@sub.example.co.uk", null)]
    [InlineData("\"a b@c\"@example.com", "invalid")]
    [InlineData("\"a@b\"@example.com", null)]
    [InlineData("ädä@exämple.com", null)]
    [InlineData(null, "required")]
    [InlineData("", "required")]
    [InlineData("   ", "required")]
    [InlineData("ada", "invalid")]
    [InlineData("@example.com", "invalid")]
    [InlineData("ada@", "invalid")]
    [InlineData("ada @example.com", "invalid")]
    [InlineData("ada@example.com ", "invalid")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com", "invalid")]
    [InlineData("Ada <ada@example.com>", "invalid")]
    [InlineData("ada@example.com,eve@example.com", "invalid")]
    [InlineData("ada\0@example.com", "invalid")]
    public async Task An_address_is_refused_only_when_no_server_could_accept_it(string? email, string? code) =>
        await CheckAsync(SignUpAsync(email, "ada.lovelace", Some.Password), "email", code);

    [Theory]
    [InlineData("sixsix", null)]
    [InlineData("😀😀😀😀😀😀", null)]
    [InlineData("Ada Lovelace, Countess of Lovelace", null)]
    [InlineData(null, "required")]
    [InlineData("", "required")]
    [InlineData("       ", "required")]
    [InlineData("five5", "too_short")]
    [InlineData("😀😀😀", "too_short")]
    [InlineData("ada\nlovelace", "invalid")]
    [InlineData("ada\0lovelace", "invalid")]
    public async Task A_user_name_has_6_characters_or_more(string? username, string? code) =>
        await CheckAsync(SignUpAsync("ada@example.com", username, Some.Password), "username", code);

    [Theory]
    [InlineData("eight888", null)]
    [InlineData("        ", null)]
    [InlineData("pass\0word", null)]
    [InlineData("😀😀😀😀😀😀😀😀", null)]
    [InlineData(null, "required")]
    [InlineData("", "required")]
    [InlineData("seven77", "too_short")]
    [InlineData("😀😀😀😀", "too_short")]
    public async Task A_password_has_8_characters_or_more(string? password, string? code) =>
        await CheckAsync(SignUpAsync("ada@example.com", "ada.lovelace", password), "password", code);

    [Fact]
    public async Task Nothing_is_longer_than_its_bound()
    {
        await SignUpAsync($"{new string('a', 242)}@example.com", new string('b', 128), new string('c', 1024)).Succeeds();
        await SignUpAsync($"{new string('a', 243)}@example.com", new string('b', 129), new string('c', 1025))
            .FailsWith("invalid_body", "email too_long", "username too_long", "password too_long");
    }

    [Fact]
    public async Task Every_fault_is_named_at_once_and_costs_no_hash()
    {
        await SignUpAsync("ada", "x", null).FailsWith("invalid_body", "email invalid", "username too_short", "password required");
        Assert.Empty(_world.Passwords.Work);
    }

    [Fact]
    public async Task An_address_is_taken_whatever_its_case()
    {
        await SignUpAsync("ada@example.com", "ada.lovelace", Some.Password).Succeeds();
        await SignUpAsync("ADA@Example.COM", "another ada", Some.Password).FailsWith("email_taken");
        Assert.Single(_world.AccountStore.All);
    }

    [Fact]
    public async Task A_taken_address_costs_as_much_work_as_a_free_one()
    {
        await SignUpAsync("ada@example.com", "ada.lovelace", Some.Password).Succeeds();
        var free = _world.Passwords.Work.ToArray();
        _world.Passwords.Work.Clear();
        await SignUpAsync("ada@example.com", "ada.lovelace", Some.Password).FailsWith("email_taken");
        Assert.Equal(free, _world.Passwords.Work);
    }

    [Fact]
    public async Task While_sign_up_is_closed_nobody_signs_up_and_nothing_is_told_of_accounts()
    {
        var world = new World(signupOpen: false);
        var error = await world.Accounts.SignUpAsync("ada", null, null, Ct).FailsWith("signup_closed", []);
        Assert.NotNull(error.Hint);
        Assert.Empty(world.Passwords.Work);
    }

    private ValueTask<Result<Account>> SignUpAsync(string? email, string? username, string? password) =>
        _world.Accounts.SignUpAsync(email, username, password, Ct);

    private static async Task CheckAsync(ValueTask<Result<Account>> signingUp, string field, string? code)
    {
        if (code is null)
            await signingUp.Succeeds();
        else
            await signingUp.FailsWith("invalid_body", $"{field} {code}");
    }
}
