using Nebula.Core.Accounts;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Accounts;

public sealed class LogInTests : IAsyncLifetime
{
    private readonly World _world = new();
    private Account _account = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await _world.Accounts.SignUpAsync("ada@example.com", "ada.lovelace", Some.Password, Ct).Succeeds();
        _world.Passwords.Work.Clear();
    }

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("ADA@example.com")]
    [InlineData(" ada@example.com ")]
    public async Task The_right_password_opens_the_account(string email) => Assert.Equal(_account, await LogInAsync(email, Some.Password).Succeeds());

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_are_one_answer_after_the_same_work()
    {
        var wrong = await LogInAsync("ada@example.com", "wrong password").FailsWith("invalid_credentials");
        var work = _world.Passwords.Work.ToArray();
        _world.Passwords.Work.Clear();
        var unknown = await LogInAsync("eve@example.com", Some.Password).FailsWith("invalid_credentials");

        Assert.Equal(wrong, unknown);
        Assert.Equal(work, _world.Passwords.Work);
        Assert.NotEmpty(work);
    }

    [Fact]
    public async Task A_password_longer_than_any_is_the_same_answer_after_the_same_work()
    {
        var wrong = await LogInAsync("ada@example.com", "wrong password").FailsWith("invalid_credentials");
        var work = _world.Passwords.Work.ToArray();
        _world.Passwords.Work.Clear();

        Assert.Equal(wrong, await LogInAsync("ada@example.com", new string('x', 100_000)).FailsWith("invalid_credentials"));
        Assert.Equal(work, _world.Passwords.Work);
    }

    [Theory]
    [InlineData("correct horse ")]
    [InlineData("Correct horse")]
    [InlineData("correct horse\0")]
    public async Task A_password_is_compared_to_the_last_character(string password) =>
        await LogInAsync("ada@example.com", password).FailsWith("invalid_credentials");

    [Fact]
    public async Task Both_fields_are_required()
    {
        await LogInAsync(null, "").FailsWith("invalid_body", "email required", "password required");
        Assert.Empty(_world.Passwords.Work);
    }

    [Fact]
    public async Task A_hash_of_another_time_is_replaced_by_one_of_today()
    {
        _world.AccountStore.All[0] = _account with { PasswordHash = PlainPasswords.Outdated + Some.Password };
        await LogInAsync("ada@example.com", Some.Password).Succeeds();

        var stored = Assert.Single(_world.AccountStore.All);
        Assert.Equal(PlainPasswords.HashOf(Some.Password), stored.PasswordHash);
        Assert.Equal(_account.TokenVersion, stored.TokenVersion);
    }

    [Fact]
    public async Task A_hash_that_cannot_be_replaced_keeps_nobody_out()
    {
        _world.AccountStore.All[0] = _account with { PasswordHash = PlainPasswords.Outdated + Some.Password };
        _world.AccountStore.RehashFailure = new UnavailableException(new Error(ErrorCodes.StorageFull, "Full."));
        await LogInAsync("ada@example.com", Some.Password).Succeeds();
    }

    [Fact]
    public async Task A_wrong_password_replaces_no_hash()
    {
        _world.AccountStore.All[0] = _account with { PasswordHash = PlainPasswords.Outdated + Some.Password };
        await LogInAsync("ada@example.com", "wrong password").FailsWith("invalid_credentials");
        Assert.Equal(PlainPasswords.Outdated + Some.Password, _world.AccountStore.All[0].PasswordHash);
    }

    private ValueTask<Result<Account>> LogInAsync(string? email, string? password) => _world.Accounts.LogInAsync(email, password, Ct);
}
