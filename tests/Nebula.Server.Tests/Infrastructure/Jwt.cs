using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Tokens as an attacker makes them.</summary>
internal static class Jwt
{
    /// <summary>The claims of a token that is good now.</summary>
    public static Dictionary<string, object> Claims(string userId, int version = 1)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new() { ["userId"] = userId, ["ver"] = version, ["iss"] = "nebula-backend", ["iat"] = now, ["nbf"] = now, ["exp"] = now + 3600 };
    }

    /// <summary>A token with a signature of HMAC-SHA-256.</summary>
    public static string Sign(object claims, string secret = TestServer.JwtSecret, object? header = null) =>
        Sign(claims, header ?? new { alg = "HS256", typ = "JWT" }, bytes => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes));

    public static string Sign(object claims, object header, Func<byte[], byte[]> signature)
    {
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(signature(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Part(object json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
