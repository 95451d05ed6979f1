using Nebula.Server.Redis;

namespace Nebula.Server.Options.Parsing;

/// <summary>Where Redis is: <c>redis://[user:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS. The messages never repeat the value.</summary>
internal static class RedisUrl
{
    private const int StandardPort = 6379;
    private const int MostDatabases = 16_384;

    public static string? Parse(string text, out RedisAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url))
            return "is not a URL";
        if (url.Scheme is not ("redis" or "rediss"))
            return "does not begin with redis:// or rediss://";
        if (url.Host.Length == 0)
            return "names no host";
        if (url.Query.Length > 0 || url.Fragment.Length > 0)
            return "has something after the database: options are not taken from it";

        var database = 0;
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } path && WholeNumber.Parse(path, 0, MostDatabases - 1, out database) is not null)
            return "has a path that is not the number of a database";
        var (user, password) = Credentials(url.UserInfo);
        if (user is not null && password is null)
            return "names a user without a password";
        address = new RedisAddress(url.IdnHost.Trim('[', ']'), url.IsDefaultPort || url.Port < 0 ? StandardPort : url.Port, user, password, database, url.Scheme == "rediss");
        return null;
    }

    /// <summary>Both parts may hold escaped characters; an empty one counts as not given.</summary>
    private static (string? User, string? Password) Credentials(string text)
    {
        var parts = text.Split(':', 2);
        return (Part(parts[0]), parts.Length == 2 ? Part(parts[1]) : null);
    }

    private static string? Part(string escaped) => escaped.Length == 0 ? null : Uri.UnescapeDataString(escaped);
}
