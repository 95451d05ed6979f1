using System.Text;

namespace Nebula.Server.Options.Parsing;

/// <summary>
/// What signs the tokens. Whoever knows it can be any account, so what documentation and examples print as a secret is refused: it is the first
/// thing to be tried. The messages never repeat the value.
/// </summary>
internal static class Secret
{
    public const int LeastBytes = 32;

    // A repetition of so few characters is no secret, however long.
    private const int LongestRepeatedPart = 8;

    // Compared without case, dashes and the like, so that "Change-Me" and "CHANGE_ME" are found as well.
    private static readonly string[] _placeholders =
    [
        "changeme", "changethis", "changeit", "replaceme", "replacethis", "yoursecret", "yourjwtsecret", "mysecret", "supersecret", "secretkey",
        "placeholder",
    ];

    public static string? Parse(string text, out string secret)
    {
        secret = text;
        if (IsPlaceholder(text))
            return "is a placeholder, which everybody can guess";
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes < LeastBytes ? $"has only {bytes} bytes" : null;
    }

    private static bool IsPlaceholder(string text)
    {
        var letters = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return letters == "secret" || Array.Exists(_placeholders, letters.Contains) || IsRepetition(text);
    }

    private static bool IsRepetition(string text)
    {
        for (var part = 1; part <= Math.Min(LongestRepeatedPart, text.Length / 2); part++)
        {
            // A text repeats its first n characters exactly when it equals itself shifted by n.
            if (text.AsSpan(part).SequenceEqual(text.AsSpan(0, text.Length - part)))
                return true;
        }

        return false;
    }
}
