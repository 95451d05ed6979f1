using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Documents;

/// <summary>
/// A request of a document with the answer that is written under it. Paths are written readably; <c>…</c> stands for any text, for any further members of an object,
/// and for any further elements of an array.
/// </summary>
/// <param name="Line">Where it stands.</param>
internal sealed record Example(string Document, int Line, string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body, int Status, string? Answer)
{
    private const string Any = "…";
    private const string Fence = "```";

    /// <summary>The examples of a document: fenced blocks of the language <c>http</c>, in their order.</summary>
    public static IReadOnlyList<Example> Of(string document, string text)
    {
        var examples = new List<Example>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != $"{Fence}http")
                continue;
            var end = Array.IndexOf(lines, Fence, i);
            examples.Add(Read(document, i + 2, lines[(i + 1)..end]));
            i = end;
        }

        return examples;
    }

    /// <summary>The path as it goes over the wire.</summary>
    public string Target
    {
        get
        {
            var target = new StringBuilder();
            foreach (var c in Path)
                target.Append(char.IsAsciiLetterOrDigit(c) || "-._~/?&=$,:*()!'@".Contains(c, StringComparison.Ordinal) ? c.ToString() : Uri.EscapeDataString(c.ToString()));
            return target.ToString();
        }
    }

    /// <summary>What of the answer is not as it is written, or null.</summary>
    public string? Difference(string body)
    {
        if (Answer is null)
            return null;
        if (!IsJson(Answer))
            return Answer.TrimEnd() == body.ReplaceLineEndings("\n").TrimEnd() ? null : "the text is another";
        return Difference(JsonSerializer.Deserialize<JsonElement>(Answer), JsonSerializer.Deserialize<JsonElement>(body), "$");
    }

    public override string ToString() => $"{Document}:{Line} {Method} {Path}";

    private static Example Read(string document, int line, string[] lines)
    {
        var request = lines[0].Split(' ', 2);
        var answer = Array.FindIndex(lines, l => l.StartsWith("→ ", StringComparison.Ordinal));
        var headers = lines[1..answer].TakeWhile(l => l.Contains(": ", StringComparison.Ordinal) && char.IsAsciiLetterUpper(l[0])).Select(l => l.Split(": ", 2)).ToList();
        var body = string.Join('\n', lines[(1 + headers.Count)..answer]);
        var expected = string.Join('\n', lines[(answer + 1)..]);
        return new Example(
            document, line, request[0], request[1], [.. headers.Select(h => (h[0], h[1]))], body.Length == 0 ? null : body,
            int.Parse(lines[answer].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), expected.Length == 0 ? null : expected);
    }

    private static bool IsJson(string text) => text.TrimStart() is ['{' or '[', ..] && !text.TrimEnd().Contains("}\n{", StringComparison.Ordinal);

    private static string? Difference(JsonElement expected, JsonElement actual, string at)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() is { } text && text.Contains(Any, StringComparison.Ordinal))
            return actual.ValueKind == JsonValueKind.String || text == Any ? Fits(text, actual.ToString()) ? null : $"{at} is {actual}" : $"{at} is {actual}";
        if (expected.ValueKind != actual.ValueKind)
            return $"{at} is {actual}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => ObjectDifference(expected, actual, at),
            JsonValueKind.Array => ArrayDifference([.. expected.EnumerateArray()], [.. actual.EnumerateArray()], at),
            _ => expected.GetRawText() == actual.GetRawText() || expected.ToString() == actual.ToString() ? null : $"{at} is {actual}",
        };
    }

    private static string? ObjectDifference(JsonElement expected, JsonElement actual, string at)
    {
        var isOpen = expected.TryGetProperty(Any, out _);
        foreach (var member in expected.EnumerateObject().Where(m => m.Name != Any))
        {
            if (!actual.TryGetProperty(member.Name, out var value))
                return $"{at}.{member.Name} is missing";
            if (Difference(member.Value, value, $"{at}.{member.Name}") is { } difference)
                return difference;
        }

        return isOpen ? null : actual.EnumerateObject().Where(m => !expected.TryGetProperty(m.Name, out _)).Select(m => $"{at}.{m.Name} is not written").FirstOrDefault();
    }

    private static string? ArrayDifference(JsonElement[] expected, JsonElement[] actual, string at)
    {
        var isOpen = expected is [.., { ValueKind: JsonValueKind.String } last] && last.GetString() == Any;
        var count = isOpen ? expected.Length - 1 : expected.Length;
        if (isOpen ? actual.Length < count : actual.Length != count)
            return $"{at} has {actual.Length} elements";
        return Enumerable.Range(0, count).Select(i => Difference(expected[i], actual[i], $"{at}[{i}]")).FirstOrDefault(d => d is not null);
    }

    private static bool Fits(string pattern, string text)
    {
        var parts = pattern.Split(Any);
        return text.StartsWith(parts[0], StringComparison.Ordinal) && text.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
