using System.Globalization;

namespace Nebula.Core.Records;

/// <summary>Identifies a record in its table.</summary>
public readonly record struct RecordId(long Value)
{
    /// <summary>Reads the id of a path: decimal digits with an optional minus, as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordId id)
    {
        // TryParse alone would take a plus, and any number of U+0000 at the end.
        var digits = text is ['-', ..] ? text[1..] : text;
        var value = 0L;
        var parsed = !digits.ContainsAnyExceptInRange('0', '9')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        id = new RecordId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
