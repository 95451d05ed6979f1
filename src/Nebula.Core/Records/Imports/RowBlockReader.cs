using System.Buffers.Binary;

namespace Nebula.Core.Records.Imports;

/// <summary>Reads the rows of a <see cref="RowBlock"/>, each as the values of a draft that point into the block's bytes.</summary>
public ref struct RowBlockReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    public RowBlockReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Where the row begins in the body.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next row into <paramref name="values"/>, one for each column; false at the end.</summary>
    public bool Read(Span<DraftValue> values)
    {
        if (_at == _bytes.Length)
            return false;
        Line = Number();
        foreach (ref var value in values)
        {
            value = (ValueKind)_bytes[_at++] switch
            {
                ValueKind.Integer => DraftValue.Of(Number()),
                ValueKind.Real => DraftValue.Of(BitConverter.Int64BitsToDouble(Number())),
                ValueKind.Text => DraftValue.Text(Skip(out var length), length),
                ValueKind.Blob => DraftValue.Blob(Skip(out var length), length),
                ValueKind.Null => DraftValue.Null,
                _ => default,
            };
        }

        return true;
    }

    private long Number()
    {
        _at += sizeof(long);
        return BinaryPrimitives.ReadInt64LittleEndian(_bytes[(_at - sizeof(long))..]);
    }

    /// <summary>Goes past a run of bytes and gives where it begins.</summary>
    private int Skip(out int length)
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(_bytes[_at..]);
        var start = _at + sizeof(int);
        _at = start + length;
        return start;
    }
}
