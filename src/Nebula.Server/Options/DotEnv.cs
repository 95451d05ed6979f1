using System.Text;

namespace Nebula.Server.Options;

/// <summary>
/// Reads a <c>.env</c> file: <c>KEY=VALUE</c> lines, also after <c>export</c>. A value is plain, <c>'literal'</c> or <c>"with \n, \" and \\"</c>;
/// <c>#</c> at the start of a line or after a space begins a comment. Nothing is expanded.
/// </summary>
internal static class DotEnv
{
    /// <summary>
    /// Throws <see cref="InvalidOptionsException"/> with each wrong line's number. Values stay out of the messages: they may be secrets.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            return Parse(File.ReadAllLines(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOptionsException($"{path} can't be read: {fault.Message}");
        }
    }

    private static Dictionary<string, string> Parse(string[] lines, string path)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (ParseLine(line, out var name, out var value) is { } fault)
                problems.Add($"{path}, line {i + 1}: {fault}");
            else if (!variables.TryAdd(name, value))
                problems.Add($"{path}, line {i + 1}: {name} is given a second time");
        }

        return problems.Count == 0 ? variables : throw new InvalidOptionsException(problems);
    }

    private static string? ParseLine(string line, out string name, out string value)
    {
        (name, value) = ("", "");
        var equals = line.IndexOf('=');
        if (equals < 0)
            return "has no '=' after the name";

        name = line[..equals].Trim();
        if (name.StartsWith("export ", StringComparison.Ordinal))
            name = name["export ".Length..].TrimStart();
        if (!IsName(name))
            return "the name before '=' may have only letters, digits and underscores, and no digit first";

        var rest = line[(equals + 1)..];
        return rest.TrimStart() switch
        {
            ['\'', ..] quoted => Literal(quoted, out value),
            ['"', ..] quoted => Escaped(quoted, out value),
            _ => Plain(rest, out value),
        };
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static string? Plain(string text, out string value)
    {
        var end = 0;
        while (end < text.Length && !(text[end] == '#' && end > 0 && char.IsWhiteSpace(text[end - 1])))
            end++;
        value = text[..end].Trim();
        return null;
    }

    private static string? Literal(string text, out string value)
    {
        var end = text.IndexOf('\'', 1);
        value = end < 0 ? "" : text[1..end];
        return end < 0 ? "the value's closing ' is missing" : After(text[(end + 1)..]);
    }

    private static string? Escaped(string text, out string value)
    {
        var unescaped = new StringBuilder();
        value = "";
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = unescaped.ToString();
                return After(text[(i + 1)..]);
            }

            if (text[i] != '\\')
            {
                unescaped.Append(text[i]);
                continue;
            }

            i++;
            if (i == text.Length)
                break;
            if (text[i] is not ('n' or '"' or '\\'))
                return @"after \ in double quotes only n, "" and \ may come; in single quotes \ is an ordinary character";
            unescaped.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return "the value's closing \" is missing";
    }

    private static string? After(string rest) =>
        rest.AsSpan().TrimStart() is ['#', ..] or [] ? null : "something follows the closing quote";
}
