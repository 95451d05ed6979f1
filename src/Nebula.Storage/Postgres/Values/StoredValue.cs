using Nebula.Core.Records;
using Nebula.Storage.Rows;

namespace Nebula.Storage.Postgres.Values;

/// <summary>A value of a row in its stored form, in the memory of whoever gave it. The default is null.</summary>
internal readonly ref struct StoredValue : IRowValue
{
    private readonly ValueKind _kind;
    private readonly long _bits;
    private readonly ReadOnlySpan<byte> _bytes;

    public StoredValue(long value) => (_kind, _bits) = (ValueKind.Integer, value);

    public StoredValue(double value) => (_kind, _bits) = (ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public StoredValue(ValueKind kind, ReadOnlySpan<byte> bytes)
    {
        _kind = kind;
        _bytes = bytes;
    }

    public ValueKind Kind => _kind == ValueKind.Absent ? ValueKind.Null : _kind;

    public long Integer => _bits;

    public double Real => BitConverter.Int64BitsToDouble(_bits);

    public ReadOnlySpan<byte> Utf8 => _bytes;

    public ReadOnlySpan<byte> Blob => _bytes;
}
