using System.Runtime.InteropServices;

namespace Nebula.Core.Records;

/// <summary>
/// One typed value on its way into the database. Text and blobs are a range of the bytes that belong to the draft or query, so that a row costs
/// no object per column. A boolean is the integer 0 or 1.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct DraftValue
{
    private readonly long _bits;
    private readonly int _length;

    private DraftValue(ValueKind kind, long bits, int length = 0) => (Kind, _bits, _length) = (kind, bits, length);

    public ValueKind Kind { get; }

    public long Integer => _bits;

    public double Real => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Where text or a blob begins in the bytes that it came with, and how long it is.</summary>
    public Range Range => (int)_bits..((int)_bits + _length);

    public int Offset => (int)_bits;

    public int Length => _length;

    public static DraftValue Null => new(ValueKind.Null, 0);

    public static DraftValue Of(long value) => new(ValueKind.Integer, value);

    public static DraftValue Of(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public static DraftValue Text(int offset, int length) => new(ValueKind.Text, offset, length);

    public static DraftValue Blob(int offset, int length) => new(ValueKind.Blob, offset, length);
}
