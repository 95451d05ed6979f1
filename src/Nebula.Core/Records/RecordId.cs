using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>
/// Identifies a record in its table by the values of its primary key. A key of one integer, which nearly every table has, costs no object. Any other is the key's
/// values joined by commas; in a value <c>~1</c> stands for a comma and <c>~0</c> for a tilde.
/// </summary>
public readonly struct RecordId : IEquatable<RecordId>
{
    private readonly string? _text;
    private readonly TypedValue[]? _parts;

    public RecordId(long value) => Value = value;

    private RecordId(string text, TypedValue[] parts) => (_text, _parts) = (text, parts);

    /// <summary>The key, where it is one integer.</summary>
    public long Value { get; }

    /// <summary>Whether the table's key is one integer: <see cref="Table.Key"/>.</summary>
    [MemberNotNullWhen(false, nameof(_text), nameof(_parts))]
    public bool IsInteger => _text is null;

    /// <summary>The id of a record in a table without a primary key.</summary>
    public static RecordId None { get; } = new("", []);

    public bool IsNone => _text is "" && _parts is [];

    /// <summary>The values of the key's columns, in the key's order; empty where it is one integer.</summary>
    public IReadOnlyList<TypedValue> Parts => _parts ?? [];

    /// <summary>The id of a record with these values of <see cref="Table.KeyColumns"/>.</summary>
    public static RecordId Of(Table table, IReadOnlyList<TypedValue> parts) => new(
        string.Join(',', parts.Select((part, i) => ValueText.Of(table.KeyColumns[i], part).Replace("~", "~0", StringComparison.Ordinal).Replace(",", "~1", StringComparison.Ordinal))),
        [.. parts]);

    /// <summary>Reads the id of a path. False for what can't be the id of a record of this table.</summary>
    public static bool TryParse(Table table, string text, out RecordId id)
    {
        id = default;
        if (table.Key is not null)
            return TryParse(text, out id);
        var keys = table.KeyColumns;
        var parts = text.Split(',');
        if (keys.Count == 0 || parts.Length != keys.Count)
            return false;
        var values = new TypedValue[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var plain = parts[i].Replace("~1", ",", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!ValueText.TryRead(keys[i], plain, out values[i], out _))
                return false;
        }

        id = Of(table, values); // not the text as it came: '007' and '7' are one record
        return true;
    }

    /// <summary>Reads the id of a table with an integer key: decimal digits with an optional minus, as <see cref="ToString"/> writes it.</summary>
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

    public bool Equals(RecordId other) => Value == other.Value && _text == other._text;

    public override bool Equals(object? obj) => obj is RecordId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Value, _text);

    public static bool operator ==(RecordId left, RecordId right) => left.Equals(right);

    public static bool operator !=(RecordId left, RecordId right) => !left.Equals(right);

    public override string ToString() => _text ?? Value.ToString(CultureInfo.InvariantCulture);
}
