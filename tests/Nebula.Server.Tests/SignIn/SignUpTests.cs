using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.SignIn;

public sealed class SignUpTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task Signing_up_makes_an_account()
    {
        var (email, username) = (Some.Email(), Some.Username());

        var answer = (await Nebula.Visitor.PostAsync("/auth/signup", new { email, username, password = Some.Password })).ShouldBe(201);

        Assert.Equal(["message", "user_id", "user"], answer.Json.Names());
        Assert.NotEmpty(answer.Text("message"));
        Assert.Equal(7, Guid.ParseExact(answer.Text("user_id"), "D").Version);
        var user = answer["user"];
        Assert.Equal(["userId", "username", "email", "createdAt"], user.Names());
        Assert.Equal(answer.Text("user_id"), user.Text("userId"));
        Assert.Equal(username, user.Text("username"));
        Assert.Equal(email, user.Text("email"));
        user.GetProperty("createdAt").ShouldBeTime();
    }

    [Fact]
    public async Task An_address_can_be_used_once_whatever_its_case()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var email in new[] { owner.Email, owner.Email.ToUpperInvariant() })
        {
            var answer = await Nebula.Visitor.PostAsync("/auth/signup", new { email, username = Some.Username(), password = Some.Password });
            answer.ShouldBe(409, "email_taken", ("email", "unique"));
        }
    }

    [Fact]
    public async Task Of_many_who_take_one_address_at_once_one_gets_it()
    {
        var email = Some.Email();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Nebula.Visitor.PostAsync("/auth/signup", new { email, username = Some.Username(), password = Some.Password })));

        Assert.Single(answers, a => a.Status == 201);
        Assert.Equal(7, answers.Count(a => a.Status == 409));
    }

    [Theory]
    [InlineData("""{}""", "email required", "username required", "password required")]
    [InlineData("""{"email": null, "username": null, "password": null}""", "email required", "username required", "password required")]
    [InlineData("""{"email": "", "username": "  ", "password": ""}""", "email required", "username required", "password required")]
    [InlineData("""{"email": 1, "username": true, "password": []}""", "email wrong_type", "username wrong_type", "password wrong_type")]
    [InlineData("""{"email": "ada", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "@example.com", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "ada@", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "a da@example.com", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "a@b.c\u0000", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "a@b.c\r\nBcc: x@y.z", "username": "lovelace", "password": "12345678"}""", "email invalid")]
    [InlineData("""{"email": "a@b.c", "username": "adalo", "password": "12345678"}""", "username too_short")]
    [InlineData("""{"email": "a@b.c", "username": "ada\u0007love", "password": "12345678"}""", "username invalid")]
    [InlineData("""{"email": "a@b.c", "username": "lovelace", "password": "1234567"}""", "password too_short")]
    [InlineData("""{"email": "a@b.c", "username": "😀😀😀😀😀", "password": "😀😀😀😀😀😀😀"}""", "username too_short", "password too_short")]
    public async Task Every_offending_field_is_named(string body, params string[] details)
    {
        var answer = await Nebula.Visitor.PostAsync("/auth/signup", body);

        answer.ShouldBe(400, "invalid_body", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }

    [Fact]
    public async Task The_shortest_names_and_passwords_and_the_longest_are_taken()
    {
        foreach (var (username, password) in new[] { ("sixsix", "8letters"), (new string('u', 128), new string('p', 1024)) })
            (await Nebula.Visitor.PostAsync("/auth/signup", new { email = Some.Email(), username, password })).ShouldBe(201);
    }

    [Fact]
    public async Task Longer_ones_are_not()
    {
        var body = new { email = $"{new string('e', 250)}@b.cd", username = new string('u', 129), password = new string('p', 1025) };

        var answer = await Nebula.Visitor.PostAsync("/auth/signup", body);

        answer.ShouldBe(400, "invalid_body", ("email", "too_long"), ("username", "too_long"), ("password", "too_long"));
    }

    [Fact]
    public async Task Nobody_signs_up_where_the_operator_closed_it_and_old_accounts_go_on()
    {
        var variables = new Dictionary<string, string>();
        await using var server = await TestServer.StartAsync(variables);
        var owner = await server.SignUpAsync();
        variables["SIGNUP"] = "closed";
        await server.RestartAsync();

        var answer = await server.Visitor.PostAsync("/auth/signup", new { email = Some.Email(), username = Some.Username(), password = Some.Password });

        answer.ShouldBe(403, "signup_closed");
        await server.LogInAsync(owner.Email, owner.Password);
    }
}
