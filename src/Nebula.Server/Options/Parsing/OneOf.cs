namespace Nebula.Server.Options.Parsing;

/// <summary>One of a few words, in any case.</summary>
internal static class OneOf
{
    public static Variable<T> Variable<T>(string name, string otherwise, string meaning, params (string Word, T Value)[] words) =>
        new(
            name, words.Single(word => word.Word == otherwise).Value, otherwise, string.Join(", ", words.Select(word => word.Word)), meaning,
            (string text, out T value) => Parse(text, words, out value));

    private static string? Parse<T>(string text, (string Word, T Value)[] words, out T value)
    {
        foreach (var (word, meant) in words)
        {
            if (!text.AsSpan().Trim().Equals(word, StringComparison.OrdinalIgnoreCase))
                continue;
            value = meant;
            return null;
        }

        value = words[0].Value;
        return "is none of the allowed words";
    }
}
