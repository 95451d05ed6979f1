using System.Buffers.Binary;
using System.Text;
using Nebula.Core.Databases;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Cursors;

/// <summary>What a list is, for its cursors: database, table, order and conditions, in a form that no two lists share and none begins with. Columns and relations go by name: their places may change.</summary>
internal static class ListIdentity
{
    /// <param name="texts">What was searched for, and the conditions as they were written.</param>
    public static ReadOnlyMemory<byte> Of(DatabaseId database, Table table, IReadOnlyList<SortKey> sort, IReadOnlyList<string> texts)
    {
        using var bytes = new Utf8Buffer();
        Write(bytes, database.Value);
        Write(bytes, table.Id.Value);
        Write(bytes, sort.Count);
        foreach (var key in sort)
        {
            Write(bytes, key.Path.Count);
            foreach (var relation in key.Path)
                Write(bytes, Encoding.UTF8.GetBytes(relation.Name));
            Write(bytes, key.Column.JsonName.Span);
            bytes.Write((byte)((key.IsDescending ? 2 : 0) + (key.NullsFirst ? 1 : 0)));
        }

        Write(bytes, texts.Count);
        foreach (var text in texts)
            Write(bytes, Encoding.UTF8.GetBytes(text));
        return bytes.Span.ToArray();
    }

    private static void Write(Utf8Buffer bytes, ReadOnlySpan<byte> part)
    {
        Write(bytes, part.Length);
        bytes.Write(part);
    }

    private static void Write(Utf8Buffer bytes, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), number);
        bytes.Advance(sizeof(long));
    }
}
