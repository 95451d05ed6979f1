using System.Buffers.Binary;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;

namespace Nebula.Storage.Postgres.Values;

/// <summary>
/// Rows as COPY takes them in its binary format, made of values in their stored form without an object for each. Source: https://www.postgresql.org/docs/current/sql-copy.html. Not thread-safe.
/// </summary>
internal sealed class WireRows : IDisposable
{
    private readonly Utf8Buffer _bytes = new(64 * 1024);

    public ReadOnlyMemory<byte> Bytes => _bytes.Memory;

    public void Clear() => _bytes.Truncate(0);

    /// <summary>What stands before the first row.</summary>
    public void Begin()
    {
        _bytes.Write("PGCOPY\n"u8);
        _bytes.Write([0xff, (byte)'\r', (byte)'\n', 0]);
        Write(0); // no flags
        Write(0); // nothing further
    }

    /// <summary>What stands before each row.</summary>
    /// <param name="values">How many values it has.</param>
    public void BeginRow(int values) => Write((short)values);

    /// <summary>What stands behind the last row.</summary>
    public void End() => Write((short)-1);

    public void AddNull() => Write(-1);

    /// <summary>A value for a column of a type that it fits.</summary>
    /// <param name="bytes">What the ranges of texts and blobs point into.</param>
    public void Add(in DraftValue value, ReadOnlySpan<byte> bytes, Column column)
    {
        switch (value.Kind)
        {
            case ValueKind.Integer:
                Add(value.Integer, column);
                break;
            case ValueKind.Real:
                Add(value.Real);
                break;
            case ValueKind.Text or ValueKind.Blob:
                Add(bytes[value.Range], column);
                break;
            default:
                AddNull();
                break;
        }
    }

    /// <summary>The same of a row of another database.</summary>
    public void Add<TValue>(TValue value, Column column)
        where TValue : struct, IRowValue, allows ref struct
    {
        switch (value.Kind)
        {
            case ValueKind.Integer:
                Add(value.Integer, column);
                break;
            case ValueKind.Real:
                Add(value.Real);
                break;
            case ValueKind.Text:
                Add(value.Utf8, column);
                break;
            case ValueKind.Blob:
                Add(value.Blob, column);
                break;
            default:
                AddNull();
                break;
        }
    }

    public void Dispose() => _bytes.Dispose();

    private void Add(long value, Column column)
    {
        switch (column.Type)
        {
            case ColumnType.Boolean:
                Write(1);
                _bytes.Write((byte)(value == 0 ? 0 : 1));
                break;
            case ColumnType.Decimal:
                WireNumeric.Write(_bytes, value, column.Scale);
                break;
            case ColumnType.Real:
                Add((double)value);
                break;
            default:
                Write(sizeof(long));
                Write(value);
                break;
        }
    }

    private void Add(double value)
    {
        Write(sizeof(double));
        Write(BitConverter.DoubleToInt64Bits(value + 0.0)); // a zero has no sign, as in SQLite
    }

    private void Add(ReadOnlySpan<byte> bytes, Column column)
    {
        switch (column.Type)
        {
            case ColumnType.Date:
                Write(sizeof(int));
                Write(WireTime.DaysOf(bytes));
                break;
            case ColumnType.DateTime:
                Write(sizeof(long));
                Write(WireTime.MicrosecondsOf(bytes));
                break;
            case ColumnType.Uuid:
                Write(16);
                Guid.Parse(bytes).TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out var written);
                _bytes.Advance(written);
                break;
            case ColumnType.Json:
                Write(bytes.Length + 1);
                _bytes.Write(1); // the version of the format
                _bytes.Write(bytes);
                break;
            default:
                Write(bytes.Length);
                _bytes.Write(bytes);
                break;
        }
    }

    private void Write(short number)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), number);
        _bytes.Advance(sizeof(short));
    }

    private void Write(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), number);
        _bytes.Advance(sizeof(int));
    }

    private void Write(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }
}
