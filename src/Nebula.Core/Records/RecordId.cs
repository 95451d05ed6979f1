using System.Globalization;

namespace Nebula.Core.Records;

/// <summary>Identifies a record in its table.</summary>
public readonly record struct RecordId(long Value)
{
    /// <summary>Reads the id of a path: decimal digits with an optional minus, as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordId id)
    {
        var parsed = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && text[0] != '+';
        id = new RecordId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
