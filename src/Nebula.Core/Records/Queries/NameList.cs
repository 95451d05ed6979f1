namespace Nebula.Core.Records.Queries;

/// <summary>Takes lists and paths of names apart: at commas or points that stand outside of quotes and parentheses.</summary>
internal static class NameList
{
    /// <summary>The parts as they are written, without the blanks around them.</summary>
    public static IReadOnlyList<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var quote = '\0';
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote; // a doubled quote ends and begins again at once
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '(')
                depth++;
            else if (c == ')')
                depth--;
            else if (c == separator && depth <= 0)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    /// <summary>A name without its quotes, if it has them.</summary>
    public static string Unquote(string name) =>
        name is ['"', .., '"'] && name.Length >= 2 ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
