using System.Buffers.Text;
using System.Text.Json;
using Nebula.Api.Authentication;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.SignIn;

public sealed class LogInTests(SharedServer shared) : ServerTests(shared)
{
    private const int MaxRounds = 30;

    [Fact]
    public async Task Logging_in_gives_a_token_and_the_user()
    {
        var owner = await Nebula.SignUpAsync();

        var answer = (await Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = owner.Password })).ShouldBe(200);

        Assert.Equal(["message", "token", "user"], answer.Json.Names());
        var user = answer["user"];
        Assert.Equal(["userId", "username", "email", "createdAt"], user.Names());
        Assert.Equal((owner.Id, owner.Username, owner.Email), (user.Text("userId"), user.Text("username"), user.Text("email")));
        user.GetProperty("createdAt").ShouldBeTime();
        (await new Visitor(Nebula, $"Bearer {answer.Text("token")}").GetAsync("/api/v1/account/user/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_token_is_HS256_with_the_claims_that_v0_2_clients_know_and_the_version()
    {
        var owner = await Nebula.SignUpAsync();
        var parts = owner.Token.Split('.').Take(2).Select(p => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(p))).ToArray();

        Assert.Equal("HS256", parts[0].Text("alg"));
        var claims = parts[1];
        Assert.Equal(["exp", "iat", "iss", "nbf", "userId", "ver"], claims.Names().Order(StringComparer.Ordinal));
        Assert.Equal("nebula-backend", claims.Text("iss"));
        Assert.Equal(owner.Id, claims.Text("userId"));
        Assert.Equal(1, claims.Number("ver"));
        Assert.Equal(24 * 3600, claims.Number("exp") - claims.Number("iat"));
        Assert.Equal(claims.Number("iat"), claims.Number("nbf"));
    }

    [Fact]
    public async Task The_address_is_compared_without_case()
    {
        var owner = await Nebula.SignUpAsync();

        var again = await Nebula.LogInAsync(owner.Email.ToUpperInvariant(), owner.Password);

        Assert.Equal(owner.Id, again.Id);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_get_the_same_answer()
    {
        var owner = await Nebula.SignUpAsync();

        var wrong = await Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = "not the password" });
        var unknown = await Nebula.Visitor.PostAsync("/auth/login", new { email = Some.Email(), password = "not the password" });
        var tooLong = await Nebula.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = new string('p', 5000) });

        wrong.ShouldBe(401, "invalid_credentials");
        unknown.ShouldBe(401, "invalid_credentials");
        tooLong.ShouldBe(401, "invalid_credentials");
        Assert.Equal(wrong.Text("error"), unknown.Text("error"));
        Assert.Equal(wrong.Json.Names(), unknown.Json.Names());
    }

    [Theory]
    [InlineData("""{"email": "ada@example.com"}""", "password required")]
    [InlineData("""{"password": "12345678"}""", "email required")]
    [InlineData("""{"email": "", "password": ""}""", "email required", "password required")]
    [InlineData("""{"email": ["a@b.c"], "password": {"$ne": ""}}""", "email wrong_type", "password wrong_type")]
    public async Task Every_offending_field_is_named(string body, params string[] details)
    {
        var answer = await Nebula.Visitor.PostAsync("/auth/login", body);

        answer.ShouldBe(400, "invalid_body", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }

    [Fact]
    public async Task With_the_standard_cost_unknown_and_wrong_take_the_same_time()
    {
        await using var server = await TestServer.StartAsync([], cost: PasswordCost.Standard);
        var owner = await server.SignUpAsync();

        // The best of each, taken by turns: what else the machine does makes a run longer, never shorter, so that more rounds only bring the two nearer to what they are.
        var (wrong, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < MaxRounds && (round < 8 || unknown / wrong is < 0.4 or > 2.5); round++)
        {
            wrong = Min(wrong, await TimeAsync(server, owner.Email));
            unknown = Min(unknown, await TimeAsync(server, Some.Email()));
        }

        Assert.True(wrong > TimeSpan.FromMilliseconds(10), $"A hash of {wrong.TotalMilliseconds:F1} ms is no work.");
        Assert.InRange(unknown / wrong, 0.4, 2.5);

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    [Fact]
    public async Task A_hash_made_with_less_work_is_made_anew_at_the_next_login()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        var weak = await HashAsync(server);
        Assert.Contains("m=64,t=1", weak, StringComparison.Ordinal);
        await server.StopAsync();

        server.PasswordCost = new PasswordCost(128, 2);
        await server.StartAsync();
        await server.LogInAsync(owner.Email, owner.Password);

        Assert.Contains("m=128,t=2", await HashAsync(server), StringComparison.Ordinal);
        await server.LogInAsync(owner.Email, owner.Password);
        (await owner.GetAsync("/api/v1/account/user/me")).ShouldBe(200);

        async Task<string> HashAsync(TestServer server)
        {
            var accounts = (Core.Accounts.IAccountStore)server.Services.GetService(typeof(Core.Accounts.IAccountStore))!; // always registered
            return (await accounts.FindByEmailAsync(owner.Email, Ct))!.PasswordHash; // signed up above
        }
    }

    private static async Task<TimeSpan> TimeAsync(TestServer server, string email)
    {
        var started = TimeProvider.System.GetTimestamp();
        (await server.Visitor.PostAsync("/auth/login", new { email, password = "not the password" })).ShouldBe(401, "invalid_credentials");
        return TimeProvider.System.GetElapsedTime(started);
    }
}
