using System.Globalization;
using System.Numerics;

namespace Nebula.Server.Options.Parsing;

/// <summary>A whole number between two bounds, both allowed.</summary>
internal static class WholeNumber
{
    public static Variable<T> Variable<T>(string name, T otherwise, T least, T most, string meaning)
        where T : struct, IBinaryInteger<T> =>
        new(
            name, otherwise, Text(otherwise), $"a whole number from {Text(least)} to {Text(most)}", meaning,
            (string text, out T value) => Parse(text, least, most, out value));

    public static string? Parse<T>(string text, T least, T most, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;

        // Wider than T, so that a number that does not fit is called too large and not "no number".
        if (!Int128.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return "is not a whole number";
        if (number < Int128.CreateChecked(least))
            return $"is below {Text(least)}";
        if (number > Int128.CreateChecked(most))
            return $"is above {Text(most)}";

        value = T.CreateChecked(number);
        return null;
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
