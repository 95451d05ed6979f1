using System.Buffers.Binary;
using Nebula.Core.Records;
using Npgsql;

namespace Nebula.Storage.Postgres.Values;

/// <summary>
/// The rows of one statement in their stored form. Values are taken as the server sent them and brought into that form here, so that no text becomes UTF-16 on its way to the answer. Gives its memory
/// back when it is disposed; the reader stays open. Not thread-safe.
/// </summary>
internal sealed class RowBuffer : IDisposable
{
    /// <summary>The longest value that is not a text, a blob or JSON, as text.</summary>
    private const int ShortLength = 64;

    private readonly NpgsqlDataReader _reader;
    private uint[] _types = [];
    private byte[] _bytes = BytePool.Rent(4096);

    public RowBuffer(NpgsqlDataReader reader)
    {
        _reader = reader;
        Begin();
    }

    /// <summary>A value of the current row, valid until the next one is asked for. Throws <see cref="OverflowException"/> for a number beyond 64 bits.</summary>
    public StoredValue Read(int position)
    {
        if (_reader.IsDBNull(position))
            return default;

        // Its length is asked for only when it may not have come whole: the question costs as much as the value.
        var length = (int)_reader.GetBytes(position, 0, _bytes, 0, _bytes.Length - ShortLength);
        if (length == _bytes.Length - ShortLength)
        {
            length = (int)_reader.GetBytes(position, 0, null, 0, 0);
            if (_bytes.Length < length + ShortLength)
                Grow(length + ShortLength);
            _reader.GetBytes(position, 0, _bytes, 0, length);
        }

        return Bring(_types[position], _bytes.AsSpan(0, length), _bytes.AsSpan(length, ShortLength));
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
            BytePool.Return(bytes);
    }

    /// <summary>Looks at the columns of the reader's present result.</summary>
    public void Begin()
    {
        var count = _reader.FieldCount;
        if (_types.Length < count)
            _types = new uint[count];
        for (var i = 0; i < count; i++)
            _types[i] = _reader.GetDataTypeOID(i);
    }

    private static StoredValue Bring(uint type, Span<byte> wire, Span<byte> text)
    {
        switch (type)
        {
            case WireTypes.Text or WireTypes.VarChar or WireTypes.Json:
                return new StoredValue(ValueKind.Text, wire);
            case WireTypes.Int8:
                return new StoredValue(BinaryPrimitives.ReadInt64BigEndian(wire));
            case WireTypes.Int4:
                return new StoredValue(BinaryPrimitives.ReadInt32BigEndian(wire));
            case WireTypes.Int2:
                return new StoredValue(BinaryPrimitives.ReadInt16BigEndian(wire));
            case WireTypes.Bool:
                return new StoredValue(wire[0]);
            case WireTypes.Float8:
                return new StoredValue(BinaryPrimitives.ReadDoubleBigEndian(wire));
            case WireTypes.Float4:
                return new StoredValue((double)BinaryPrimitives.ReadSingleBigEndian(wire));
            case WireTypes.Numeric:
                return WireNumeric.TryRead(wire, out var scaled) ? new StoredValue(scaled) : throw new OverflowException("A number beyond 64 bits.");
            case WireTypes.Date:
                return WireTime.TryWriteDay(wire, text, out var written) ? new StoredValue(ValueKind.Text, text[..written]) : default;
            case WireTypes.TimestampTz:
                return WireTime.TryWriteMoment(wire, text, out written) ? new StoredValue(ValueKind.Text, text[..written]) : default;
            case WireTypes.Uuid:
                new Guid(wire, bigEndian: true).TryFormat(text, out written);
                return new StoredValue(ValueKind.Text, text[..written]);
            case WireTypes.Jsonb:
                return new StoredValue(ValueKind.Text, WireJson.Minify(wire[1..])); // behind the version of the format
            default:
                return new StoredValue(ValueKind.Blob, wire);
        }
    }

    private void Grow(int length)
    {
        BytePool.Return(_bytes);
        _bytes = BytePool.Rent(length);
    }
}
