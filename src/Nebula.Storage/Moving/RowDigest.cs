using System.Buffers.Binary;
using System.Security.Cryptography;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Moving;

/// <summary>
/// A checksum over records that comes out the same for the same records whichever engine they were read from: over the values in their stored form, and over JSON as what it says.
/// </summary>
internal sealed class RowDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly JsonDigest _json = new();

    public static byte[] Of(MovedTable table, IReadOnlyList<MovedRow> rows)
    {
        using var digest = new RowDigest();
        foreach (var row in rows)
            digest.Add(table.Table.Columns, row);
        return digest._hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private void Add(IReadOnlyList<Column> columns, MovedRow row)
    {
        for (var i = 0; i < columns.Count; i++)
            Add(columns[i].Type, row.Values[i]);
    }

    private void Add(ColumnType type, TypedValue value)
    {
        Span<byte> head = stackalloc byte[9];
        head[0] = (byte)value.Kind;
        switch (value.Kind)
        {
            case ValueKind.Integer:
                BinaryPrimitives.WriteInt64LittleEndian(head[1..], value.Integer);
                _hash.AppendData(head);
                break;
            case ValueKind.Real:
                // The zeros are one: not every file keeps the sign of nothing.
                BinaryPrimitives.WriteDoubleLittleEndian(head[1..], value.Real == 0 ? 0 : value.Real);
                _hash.AppendData(head);
                break;
            case ValueKind.Text or ValueKind.Blob:
                var bytes = type == ColumnType.Json ? _json.Canonical(value.Bytes.Span) : value.Bytes.Span;
                BinaryPrimitives.WriteInt64LittleEndian(head[1..], bytes.Length);
                _hash.AppendData(head);
                _hash.AppendData(bytes);
                break;
            default:
                _hash.AppendData(head);
                break;
        }
    }
}
