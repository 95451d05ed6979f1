using System.Buffers;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Storage.Moving;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>Reads records of one file as they are moved. Used by one thread at a time.</summary>
internal sealed class MovedRows(Connection connection)
{
    public List<MovedRow> ReadBlock(MovedTable table, TypedValue? after, TypedValue? upTo, int limit, CancellationToken ct)
    {
        var key = Identifier.Quote(table.Key.Name);
        var where = (after, upTo) switch
        {
            (null, null) => "",
            (not null, null) => $"WHERE {key} > ?2",
            (null, not null) => $"WHERE {key} <= ?3",
            _ => $"WHERE {key} > ?2 AND {key} <= ?3",
        };
        return Read(table, $"{Select(table)} {where} ORDER BY {key} LIMIT ?1", select =>
        {
            select.Bind(1, limit);
            if (after is { } from)
                DraftBinding.Bind(select, 2, from);
            if (upTo is { } to)
                DraftBinding.Bind(select, 3, to);
        }, ct);
    }

    public List<MovedRow> ReadRecords(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct)
    {
        var key = Identifier.Quote(table.Key.Name);
        return Read(table, $"{Select(table)} WHERE {key} IN (SELECT value FROM json_each(?1)) ORDER BY {key}", select => select.BindCopiedText(1, Json(keys)), ct);
    }

    /// <summary>Keys as one parameter.</summary>
    public static ReadOnlySpan<byte> Json(IReadOnlyList<TypedValue> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var key in keys)
            {
                if (key.Kind == ValueKind.Integer)
                    json.WriteNumberValue(key.Integer);
                else
                    json.WriteStringValue(key.Bytes.Span);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan;
    }

    private static string Select(MovedTable table) =>
        $"SELECT {string.Join(", ", table.Table.Columns.Select(c => Identifier.Quote(c.Name)))} FROM {Identifier.Quote(table.Table.Name)}";

    private List<MovedRow> Read(MovedTable table, string sql, Action<Statement> bind, CancellationToken ct)
    {
        var rows = new List<MovedRow>();
        var select = connection.Prepare(sql);
        try
        {
            bind(select);
            while (select.Step())
            {
                ct.ThrowIfCancellationRequested();
                var values = new TypedValue[table.Table.Columns.Count];
                for (var i = 0; i < values.Length; i++)
                    values[i] = select.Value(i).ToTyped();
                rows.Add(new MovedRow(values[table.Key.Ordinal], values));
            }

            return rows;
        }
        catch (SqliteFaultException e)
        {
            throw new MoveBrokenOffException(SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable, e);
        }
        finally
        {
            select.Reset();
        }
    }
}
