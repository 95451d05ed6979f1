namespace Nebula.Core;

/// <summary>What an error repeats of a text that a client sent: enough to find it, however long it was.</summary>
public static class Excerpt
{
    private const int MaxLength = 63;

    /// <summary>The beginning of it.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MaxLength)
            return text;
        var length = MaxLength - 3;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
