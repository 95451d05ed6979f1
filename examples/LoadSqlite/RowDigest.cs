using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoadSqlite.Plan;

namespace LoadSqlite;

/// <summary>
/// 128 bits of the SHA-256 of a row's typed values: two rows have the same only if every value has the same type and is the same, doubles
/// bit by bit. So a table of any size is compared with a few dozen bytes a row. Not thread-safe.
/// </summary>
internal sealed class RowDigest
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public UInt128 Of(object?[] row)
    {
        _bytes.ResetWrittenCount();
        foreach (var value in row)
            Append(value);
        return Hash();
    }

    /// <summary>The digest of a record as Nebula gave it. A value of another JSON type than its column's makes it unequal to any row.</summary>
    public UInt128 Of(JsonElement record, IReadOnlyList<ColumnPlan> columns)
    {
        _bytes.ResetWrittenCount();
        foreach (var column in columns)
            Append(record.TryGetProperty(column.Name, out var value) ? Read(value, column.Type) : Other.Missing);
        return Hash();
    }

    private static object? Read(JsonElement value, ColumnType type) => (type, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        (ColumnType.Boolean, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (ColumnType.Integer, JsonValueKind.Number) when value.TryGetInt64(out var number) => number,
        (ColumnType.Real, JsonValueKind.Number) => value.GetDouble(),
        (ColumnType.Text, JsonValueKind.String) => value.GetString(),
        (ColumnType.Blob, JsonValueKind.String) when value.TryGetBytesFromBase64(out var bytes) => bytes,
        _ => Other.Mistyped,
    };

    private void Append(object? value)
    {
        switch (value)
        {
            case null: AppendTag(0); break;
            case long number: AppendTag(1); AppendNumber(number); break;
            case double number: AppendTag(2); AppendNumber(BitConverter.DoubleToInt64Bits(number)); break;
            case string text: AppendTag(3); AppendNumber(Encoding.UTF8.GetByteCount(text)); Encoding.UTF8.GetBytes(text, _bytes); break;
            case byte[] bytes: AppendTag(4); AppendNumber(bytes.Length); _bytes.Write(bytes); break;
            case bool truth: AppendTag(truth ? (byte)6 : (byte)5); break;
            default: AppendTag((byte)(Other)value); break;
        }
    }

    private void AppendTag(byte tag) => _bytes.Write([tag]);

    private void AppendNumber(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }

    private UInt128 Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>What a record can have in place of a value, and a row can't.</summary>
    private enum Other : byte
    {
        Missing = 254,
        Mistyped = 255,
    }
}
