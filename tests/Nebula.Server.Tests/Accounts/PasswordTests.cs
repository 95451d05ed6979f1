using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Accounts;

public sealed class PasswordTests(SharedServer shared) : ServerTests(shared)
{
    private const string Password = "/api/v1/account/password";
    private const string Another = "another pass phrase";

    [Fact]
    public async Task A_changed_password_ends_every_older_token_and_the_new_one_opens()
    {
        var owner = await Nebula.SignUpAsync();
        var elsewhere = await Nebula.LogInAsync(owner.Email, owner.Password);

        var answer = await owner.PutAsync(Password, new { current_password = owner.Password, new_password = Another });

        Assert.Equal(["message"], answer.ShouldBe(200).Json.Names());
        (await owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await elsewhere.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = owner.Password })).ShouldBe(401, "invalid_credentials");
        var again = await Nebula.LogInAsync(owner.Email, Another);
        (await again.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task Keys_outlive_a_changed_password()
    {
        var shop = await Shop.OpenAsync(Nebula);

        await shop.Owner.PutAsync(Password, new { current_password = shop.Owner.Password, new_password = Another });

        (await shop.Key.GetAsync(Shop.Customers)).ShouldBe(200);
    }

    [Fact]
    public async Task Without_the_current_password_nothing_changes()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PutAsync(Password, new { current_password = "not the password", new_password = Another })).ShouldBe(401, "invalid_credentials");

        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
        await Nebula.LogInAsync(owner.Email, owner.Password);
    }

    [Theory]
    [InlineData("""{}""", "current_password required", "new_password required")]
    [InlineData("""{"current_password": "correct horse battery"}""", "new_password required")]
    [InlineData("""{"current_password": "correct horse battery", "new_password": "short"}""", "new_password too_short")]
    [InlineData("""{"current_password": "correct horse battery", "new_password": "another pass phrase", "password": ""}""", "password unknown_attribute")]
    [InlineData("""{"current_password": 1, "new_password": 2}""", "current_password wrong_type", "new_password wrong_type")]
    public async Task Every_offending_field_is_named(string body, params string[] details)
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.PutAsync(Password, body);

        answer.ShouldBe(400, "invalid_body", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task A_change_of_the_name_that_runs_beside_it_does_not_bring_the_old_password_back()
    {
        for (var i = 0; i < 10; i++)
        {
            var owner = await Nebula.SignUpAsync();
            var renames = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.PutAsync("/api/v1/account/user/me", new { username = Some.Username() })));

            (await owner.PutAsync(Password, new { current_password = owner.Password, new_password = Another })).ShouldBe(200);
            await renames;

            (await owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
            await Nebula.LogInAsync(owner.Email, Another);
        }
    }

    [Fact]
    public async Task Of_several_changes_at_once_one_password_holds_and_no_token_from_before()
    {
        var owner = await Nebula.SignUpAsync();
        var passwords = Enumerable.Range(0, 6).Select(i => $"{Another} {i}").ToList();

        var answers = await Task.WhenAll(passwords.Select(p => owner.PutAsync(Password, new { current_password = owner.Password, new_password = p })));

        var changed = answers.Count(a => a.Status == 200);
        Assert.Equal(1, changed);
        Assert.All(answers.Where(a => a.Status != 200), a => a.ShouldBe(401));
        var logins = await Task.WhenAll(passwords.Select(password => Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password })));
        Assert.Single(logins, l => l.Status == 200);
        (await owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
    }
}
