using System.Globalization;
using System.Text.RegularExpressions;

namespace Nebula.Server.Options.Parsing;

/// <summary>
/// Origins, brought into the form in which browsers send them, because they are compared as they are: lower case and without the port that the
/// scheme has anyway.
/// </summary>
internal static partial class Origin
{
    public static string? ParseList(string text, out IReadOnlyList<string> origins)
    {
        var found = new List<string>();
        var problems = new List<string>();
        foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Fault(part) is { } fault)
                problems.Add($"\"{part}\" {fault}");
            else if (AsSent(part) is var origin && !found.Contains(origin))
                found.Add(origin);
        }

        origins = found;
        return problems.Count == 0 ? null : $"is wrong: {string.Join("; ", problems)}";
    }

    private static string? Fault(string text)
    {
        if (text.Contains('*'))
            return "has a *, but each origin must be named";
        if (text.Contains(','))
            return "has a comma, but spaces separate origins";
        var match = Shape().Match(text);
        if (!match.Success)
            return "is not scheme://host or scheme://host:port";
        if (match.Groups["rest"].Length > 0)
            return "has something after the host and port, even if only a slash";
        if (Uri.CheckHostName(match.Groups["host"].Value) is UriHostNameType.Unknown or UriHostNameType.Basic)
            return "has no valid host name; names in other scripts are written as xn--…";
        return match.Groups["port"] is { Success: true, Value: var port } && WholeNumber.Parse(port, 1, 65535, out _) is { } fault
            ? $"has a port that {fault}"
            : null;
    }

    private static string AsSent(string text)
    {
        var match = Shape().Match(text.ToLowerInvariant());
        var (scheme, host) = (match.Groups["scheme"].Value, match.Groups["host"].Value);
        if (!match.Groups["port"].Success)
            return $"{scheme}://{host}";
        var port = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
        return (scheme, port) is ("http", 80) or ("https", 443)
            ? $"{scheme}://{host}"
            : string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}");
    }

    [GeneratedRegex(
        @"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?<port>[0-9]+))?(?<rest>[/?#].*)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
