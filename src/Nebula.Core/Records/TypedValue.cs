using System.Runtime.InteropServices;
using System.Text;

namespace Nebula.Core.Records;

/// <summary>
/// A single value as the database keeps it: a literal of a filter, a part of an id or of a cursor. A boolean is the integer 0 or 1, a decimal the
/// integer scaled by its column, dates and UUIDs are their text. Immutable.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct TypedValue : IEquatable<TypedValue>
{
    private readonly long _bits;

    private TypedValue(ValueKind kind, long bits, ReadOnlyMemory<byte> bytes = default) => (Kind, _bits, Bytes) = (kind, bits, bytes);

    public ValueKind Kind { get; }

    public long Integer => _bits;

    public double Real => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The UTF-8 of a text, or the bytes of a blob.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public bool IsNull => Kind == ValueKind.Null;

    public static TypedValue Null => new(ValueKind.Null, 0);

    public static TypedValue Of(long value) => new(ValueKind.Integer, value);

    public static TypedValue Of(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public static TypedValue Of(bool value) => Of(value ? 1L : 0L);

    public static TypedValue Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public static TypedValue Text(ReadOnlyMemory<byte> utf8) => new(ValueKind.Text, 0, utf8);

    public static TypedValue Blob(ReadOnlyMemory<byte> bytes) => new(ValueKind.Blob, 0, bytes);

    /// <summary>The text of a text value.</summary>
    public string AsText() => Encoding.UTF8.GetString(Bytes.Span);

    public bool Equals(TypedValue other) => Kind == other.Kind && _bits == other._bits && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => obj is TypedValue other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(_bits);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(TypedValue left, TypedValue right) => left.Equals(right);

    public static bool operator !=(TypedValue left, TypedValue right) => !left.Equals(right);

    /// <summary>For a person who debugs.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ValueKind.Real => Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        ValueKind.Text => $"'{AsText()}'",
        ValueKind.Blob => $"{Bytes.Length} bytes",
        _ => "null",
    };
}
