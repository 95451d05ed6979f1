using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"JWT: algorithm pinned, alg=none and key confusion refused, clock skew bounded; a token dies with a password change or the account."</summary>
public sealed class TokenTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_token_signed_with_the_secret_is_good_so_the_others_here_fail_for_their_fault_alone()
    {
        var owner = await Nebula.SignUpAsync();

        (await SendAsync(Jwt.Sign(Jwt.Claims(owner.Id)))).ShouldBe(200);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    public async Task A_token_without_a_signature_is_refused(string algorithm)
    {
        var owner = await Nebula.SignUpAsync();
        var unsigned = $"{Jwt.Part(new { alg = algorithm, typ = "JWT" })}.{Jwt.Part(Jwt.Claims(owner.Id))}";

        foreach (var token in new[] { $"{unsigned}.", unsigned, $"{unsigned}.AAAA",
            Jwt.Sign(Jwt.Claims(owner.Id), header: new { alg = algorithm, typ = "JWT" }) })
            (await SendAsync(token)).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_good_token_without_its_signature_is_refused()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.GetAsync("/api/v1/health")).ShouldBe(200); // known from here on

        var parts = owner.Token.Split('.');
        foreach (var token in new[] { $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.{parts[2]}.", $"{parts[0]}..{parts[2]}" })
            (await SendAsync(token)).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task Other_algorithms_are_refused_even_with_the_secret()
    {
        var owner = await Nebula.SignUpAsync();
        var secret = Encoding.UTF8.GetBytes(TestServer.JwtSecret);
        var claims = Jwt.Claims(owner.Id);

        (await SendAsync(Jwt.Sign(claims, new { alg = "HS384", typ = "JWT" }, bytes => HMACSHA384.HashData(secret, bytes)))).ShouldBe(401, "unauthenticated");
        (await SendAsync(Jwt.Sign(claims, new { alg = "HS512", typ = "JWT" }, bytes => HMACSHA512.HashData(secret, bytes)))).ShouldBe(401, "unauthenticated");
        (await SendAsync(Jwt.Sign(claims, header: new { alg = "hs256", typ = "JWT" }))).ShouldBe(401, "unauthenticated");
        (await SendAsync(Jwt.Sign(claims, header: new { typ = "JWT" }))).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_signed_by_a_key_that_it_brings_along_is_refused()
    {
        var owner = await Nebula.SignUpAsync();
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var claims = Jwt.Claims(owner.Id);
        var jwk = new { kty = "RSA", n = Convert.ToBase64String(rsa.ExportParameters(false).Modulus ?? []), e = "AQAB" };
        byte[] ByRsa(byte[] bytes) => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        foreach (var token in new[]
        {
            Jwt.Sign(claims, new { alg = "RS256", typ = "JWT" }, ByRsa),
            Jwt.Sign(claims, new { alg = "RS256", typ = "JWT", jwk }, ByRsa),
            Jwt.Sign(claims, new { alg = "RS256", typ = "JWT", jku = "http://127.0.0.1:1/keys", x5u = "http://127.0.0.1:1/",
                kid = "../../../../dev/null" }, ByRsa),
            Jwt.Sign(claims, new { alg = "ES256", typ = "JWT" }, bytes => ecdsa.SignData(bytes, HashAlgorithmName.SHA256)),
            Jwt.Sign(claims, secret: Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())),
            Jwt.Sign(claims, secret: "another-Secret-0f-thirty-2-bytes-or-more"),
            Jwt.Sign(claims, secret: ""),
        })
        {
            (await SendAsync(token)).ShouldBe(401, "unauthenticated");
        }
    }

    [Fact]
    public async Task A_changed_payload_is_refused()
    {
        var (owner, victim) = (await Nebula.SignUpAsync(), await Nebula.SignUpAsync());
        var parts = owner.Token.Split('.');

        (await SendAsync($"{parts[0]}.{Jwt.Part(Jwt.Claims(victim.Id))}.{parts[2]}")).ShouldBe(401, "unauthenticated");
        (await SendAsync($"{parts[0]}.{victim.Token.Split('.')[1]}.{parts[2]}")).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var issuer in new object[] { "somebody", "", "Nebula-Backend", 1, new[] { "nebula-backend" } })
            (await SendAsync(Jwt.Sign(With(Jwt.Claims(owner.Id), "iss", issuer)))).ShouldBe(401);
        (await SendAsync(Jwt.Sign(Without(Jwt.Claims(owner.Id), "iss")))).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_is_good_for_its_time_only()
    {
        var owner = await Nebula.SignUpAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        (await SendAsync(Jwt.Sign(With(Jwt.Claims(owner.Id), "exp", now - 1)))).ShouldBe(401, "token_expired");
        (await SendAsync(Jwt.Sign(With(Jwt.Claims(owner.Id), "exp", 0)))).ShouldBe(401);
        (await SendAsync(Jwt.Sign(With(Jwt.Claims(owner.Id), "nbf", now + 60)))).ShouldBe(401, "unauthenticated");
        (await SendAsync(Jwt.Sign(Without(Jwt.Claims(owner.Id), "exp")))).ShouldBe(401, "unauthenticated");
    }

    [Theory]
    [InlineData("iat", -1L)]
    [InlineData("iat", long.MaxValue)]
    [InlineData("iat", 9_999_999_999L)]
    [InlineData("iat", 1e300)]
    [InlineData("iat", "now")]
    [InlineData("nbf", -1L)]
    [InlineData("nbf", 1e300)]
    [InlineData("nbf", "never")]
    [InlineData("exp", -1L)]
    [InlineData("exp", 1e300)]
    [InlineData("exp", long.MaxValue)]
    public async Task A_token_with_a_time_that_no_server_gave_it_is_refused(string claim, object time)
    {
        var owner = await Nebula.SignUpAsync();

        (await SendAsync(Jwt.Sign(With(Jwt.Claims(owner.Id), claim, time)))).ShouldBe(401);
    }

    [Theory]
    [InlineData("iat")]
    [InlineData("nbf")]
    public async Task A_token_need_not_say_since_when(string claim)
    {
        var owner = await Nebula.SignUpAsync();

        (await SendAsync(Jwt.Sign(Without(Jwt.Claims(owner.Id), claim)))).ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_was_good_dies_at_its_end()
    {
        var clock = new Clock();
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<TimeProvider>(clock));
        var owner = await server.SignUpAsync();

        clock.Advance(TimeSpan.FromHours(23.9));
        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
        clock.Advance(TimeSpan.FromHours(0.2));

        (await owner.GetAsync("/api/v1/health")).ShouldBe(401, "token_expired");
        var again = await server.LogInAsync(owner.Email, owner.Password);
        (await again.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task A_forged_token_is_not_told_that_it_has_expired()
    {
        var owner = await Nebula.SignUpAsync();
        var claims = With(Jwt.Claims(owner.Id), "exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100);

        (await SendAsync(Jwt.Sign(claims, secret: "another-Secret-0f-thirty-2-bytes-or-more"))).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_without_an_account_or_of_an_older_password_is_refused()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var claims in new[]
        {
            Jwt.Claims(Guid.CreateVersion7().ToString()),
            Jwt.Claims("' OR 1=1 --"),
            Jwt.Claims(""),
            Jwt.Claims(owner.Id, version: 0),
            Jwt.Claims(owner.Id, version: 2),
            Without(Jwt.Claims(owner.Id), "ver"),
            Without(Jwt.Claims(owner.Id), "userId"),
            With(Jwt.Claims(owner.Id), "ver", "one"),
            With(Jwt.Claims(owner.Id), "ver", new[] { 1 }),
            With(Jwt.Claims(owner.Id), "userId", new[] { owner.Id }),
            With(Jwt.Claims(owner.Id), "userId", 1),
        })
        {
            (await SendAsync(Jwt.Sign(claims))).ShouldBe(401, "unauthenticated");
        }
    }

    [Fact]
    public async Task What_is_a_token_in_its_form_only_is_refused()
    {
        var owner = await Nebula.SignUpAsync();
        var header = Jwt.Part(new { alg = "HS256", typ = "JWT" });

        foreach (var token in new[]
        {
            $"{header}.{header}.{header}", $"{header}.e30.{header}", $"{header}.W10.{header}", $"{header}.bnVsbA.{header}",
            $"{header}.!!!!.{header}", "e30.e30.e30",
            $"{Jwt.Part(new { alg = "dir", enc = "A256GCM" })}..AAAA.AAAA.AAAA", $"{owner.Token}{owner.Token}", $"{owner.Token}.{owner.Token}",
            $"{owner.Token} {owner.Token}",
        })
        {
            (await SendAsync(token)).ShouldBe(401, "unauthenticated");
        }
    }

    private Task<Answer> SendAsync(string token) => new Visitor(Nebula, $"Bearer {token}").GetAsync("/api/v1/health");

    private static Dictionary<string, object> With(Dictionary<string, object> claims, string name, object value)
    {
        claims[name] = value;
        return claims;
    }

    private static Dictionary<string, object> Without(Dictionary<string, object> claims, string name)
    {
        claims.Remove(name);
        return claims;
    }
}
