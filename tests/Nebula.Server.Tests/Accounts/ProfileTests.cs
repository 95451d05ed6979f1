using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Accounts;

public sealed class ProfileTests(SharedServer shared) : ServerTests(shared)
{
    private const string Me = "/api/v1/account/user/me";

    [Fact]
    public async Task One_sees_oneself_under_ones_id_and_under_me()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var path in new[] { Me, $"/api/v1/user/{owner.Id}", $"/api/v1/user/{owner.Id.ToUpperInvariant()}" })
        {
            var answer = (await owner.GetAsync(path)).ShouldBe(200);

            Assert.Equal(["userId", "username", "email", "createdAt"], answer.Json.Names());
            Assert.Equal((owner.Id, owner.Username, owner.Email), (answer.Text("userId"), answer.Text("username"), answer.Text("email")));
            answer["createdAt"].ShouldBeTime();
        }
    }

    [Fact]
    public async Task Any_other_id_is_the_same_404_whether_somebody_has_it_or_not()
    {
        var (owner, other) = (await Nebula.SignUpAsync(), await Nebula.SignUpAsync());
        var foreign = (await owner.GetAsync($"/api/v1/user/{other.Id}")).ShouldBe(404, "user_not_found");

        foreach (var id in new[] { Guid.CreateVersion7().ToString(), Guid.Empty.ToString(), "1", "me", "%00", "{}", "' OR 1=1 --", "*" })
        {
            var missing = (await owner.GetAsync($"/api/v1/user/{Uri.EscapeDataString(id)}")).ShouldBe(404, "user_not_found");
            Assert.Equal(foreign.Text("error"), missing.Text("error"));
        }
    }

    [Fact]
    public async Task Name_and_address_can_be_changed_each_alone()
    {
        var owner = await Nebula.SignUpAsync();
        var (username, email) = (Some.Username(), Some.Email());

        var named = (await owner.PutAsync(Me, new { username })).ShouldBe(200);
        var moved = (await owner.PutAsync(Me, new { email })).ShouldBe(200);

        Assert.Equal(["message", "user"], named.Json.Names());
        Assert.Equal((username, owner.Email), (named["user"].Text("username"), named["user"].Text("email")));
        Assert.Equal((username, email), (moved["user"].Text("username"), moved["user"].Text("email")));
        Assert.Equal((owner.Id, username), ((await owner.GetAsync(Me)).Text("userId"), (await owner.GetAsync(Me)).Text("username")));
        await Nebula.LogInAsync(email, owner.Password);
        (await Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = owner.Password })).ShouldBe(401, "invalid_credentials");
    }

    [Fact]
    public async Task Changing_them_ends_no_session()
    {
        var owner = await Nebula.SignUpAsync();

        await owner.PutAsync(Me, new { username = Some.Username(), email = Some.Email() });

        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task The_case_of_ones_own_address_can_be_changed()
    {
        var owner = await Nebula.SignUpAsync();

        var answer = (await owner.PutAsync(Me, new { email = owner.Email.ToUpperInvariant() })).ShouldBe(200);

        Assert.Equal(owner.Email.ToUpperInvariant(), answer["user"].Text("email"));
    }

    [Fact]
    public async Task An_address_that_another_account_has_is_refused()
    {
        var (owner, other) = (await Nebula.SignUpAsync(), await Nebula.SignUpAsync());

        (await owner.PutAsync(Me, new { email = other.Email.ToUpperInvariant() })).ShouldBe(409, "email_taken", ("email", "unique"));

        Assert.Equal(owner.Email, (await owner.GetAsync(Me)).Text("email"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"username": null}""")]
    [InlineData("""{"username": null, "email": null}""")]
    [InlineData("""{"userId": "00000000-0000-0000-0000-000000000000", "createdAt": "2020-01-01T00:00:00.000Z"}""")]
    [InlineData("""{"password": "another password", "token_version": 7}""")]
    public async Task Where_there_is_nothing_to_update_nothing_is_updated(string body)
    {
        var owner = await Nebula.SignUpAsync();
        var before = await owner.GetAsync(Me);

        (await owner.PutAsync(Me, body)).ShouldBe(400, "invalid_body");

        Assert.Equal(before.Body, (await owner.GetAsync(Me)).Body);
    }

    [Theory]
    [InlineData("""{"username": "short"}""", "username too_short")]
    [InlineData("""{"username": ""}""", "username required")]
    [InlineData("""{"username": 123456}""", "username wrong_type")]
    [InlineData("""{"email": ""}""", "email required")]
    [InlineData("""{"email": "nobody"}""", "email invalid")]
    [InlineData("""{"email": {}}""", "email wrong_type")]
    [InlineData("""{"username": "short", "email": "nobody"}""", "username too_short", "email invalid")]
    public async Task Every_offending_field_is_named(string body, params string[] details)
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.PutAsync(Me, body);

        answer.ShouldBe(400, "invalid_body", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }
}
