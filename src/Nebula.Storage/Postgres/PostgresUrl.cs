using System.Globalization;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>
/// Where a PostgreSQL server is, as a URL (<c>postgres://user:password@host:port/database?sslmode=require</c>, several hosts separated by commas) or in Npgsql's keyword form
/// (<c>Host=…;Username=…</c>). No message repeats the value: it holds a password.
/// </summary>
public static class PostgresUrl
{
    // libpq's names for what a URL may say, and Npgsql's. What is not here is refused: a setting that does nothing is worse than none.
    private static readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["keepalives_interval"] = "Tcp Keepalive Interval",
    };

    /// <summary>Gives the fault, or null and the connection string in Npgsql's form.</summary>
    public static string? Parse(string text, out string connectionString)
    {
        connectionString = "";
        text = text.Trim();
        var settings = new NpgsqlConnectionStringBuilder();
        try
        {
            if (FindScheme(text) is { } rest)
            {
                if (ReadUrl(rest, settings) is { } fault)
                    return fault;
            }
            else if (text.Contains("://", StringComparison.Ordinal))
            {
                return "does not begin with postgres:// or postgresql://";
            }
            else
            {
                settings.ConnectionString = text;
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or UriFormatException or OverflowException or InvalidOperationException)
        {
            return "can't be read as a URL or as settings like Host=…;Username=…;Database=…";
        }

        if (string.IsNullOrWhiteSpace(settings.Host))
            return "names no host";
        if (string.IsNullOrWhiteSpace(settings.Database))
            return "names no database";

        // Of several, one is where things are written; whoever is asked first may be a standby, today or after the next failover.
        if (settings.Host.Contains(',', StringComparison.Ordinal) && string.IsNullOrEmpty(settings.TargetSessionAttributes))
            settings.TargetSessionAttributes = "primary";
        connectionString = settings.ConnectionString;
        return null;
    }

    private static string? FindScheme(string text)
    {
        foreach (var scheme in new[] { "postgres://", "postgresql://" })
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return text[scheme.Length..];
        }

        return null;
    }

    private static string? ReadUrl(string rest, NpgsqlConnectionStringBuilder settings)
    {
        if (rest.Contains('#', StringComparison.Ordinal))
            return "has a # in it, which must be written %23";
        var (beforeQuery, query) = Split(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var (authority, database) = Split(beforeQuery, beforeQuery.IndexOf('/', StringComparison.Ordinal));
        var at = authority.LastIndexOf('@');
        var credentials = at < 0 ? "" : authority[..at];
        var (user, password) = Split(credentials, credentials.IndexOf(':', StringComparison.Ordinal));
        if (user.Length > 0)
            settings.Username = Uri.UnescapeDataString(user);
        if (password.Length > 0)
            settings.Password = Uri.UnescapeDataString(password);
        settings.Database = Uri.UnescapeDataString(database);
        return ReadHosts(authority[(at + 1)..], settings) ?? ReadQuery(query, settings);
    }

    private static string? ReadHosts(string text, NpgsqlConnectionStringBuilder settings)
    {
        var hosts = text.Split(',');
        foreach (var host in hosts)
        {
            // Each one is host, host:port or [IPv6]:port.
            var port = host.LastIndexOf(':') is var at && at > host.LastIndexOf(']') ? host[(at + 1)..] : null;
            if (port is not null && !(ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
                return "has a port that is none";
            if (hosts.Length > 1)
                continue;
            if (port is not null)
                settings.Port = int.Parse(port, CultureInfo.InvariantCulture);
            settings.Host = Uri.UnescapeDataString(port is null ? host : host[..at]).Trim('[', ']');
        }

        if (hosts.Length > 1)
            settings.Host = Uri.UnescapeDataString(text);
        return null;
    }

    private static string? ReadQuery(string query, NpgsqlConnectionStringBuilder settings)
    {
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(parameter, parameter.IndexOf('=', StringComparison.Ordinal));
            if (!_settings.TryGetValue(name, out var setting))
                return $"has a parameter that is not known; known are {string.Join(", ", _settings.Keys)}";
            value = Uri.UnescapeDataString(value);
            settings[setting] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value; // verify-full is VerifyFull there
        }

        return null;
    }

    private static (string Before, string After) Split(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
}
