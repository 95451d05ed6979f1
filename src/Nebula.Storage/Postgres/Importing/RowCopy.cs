using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>
/// Sends rows by COPY, which is the fastest way into a table. It knows no condition: whoever uses it has seen to it that nobody changes the schema meanwhile. A row that the table refuses is thrown at the end,
/// without saying which it was.
/// </summary>
internal static class RowCopy
{
    private const int PartBytes = 64 * 1024;

    /// <summary>Holds the table as it is until the transaction ends, and gives the version that the schema then has; null where the database is gone.</summary>
    public static async ValueTask<long?> HoldAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"LOCK TABLE {dialect.Table(table.Name)} IN ROW EXCLUSIVE MODE"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Schema.SchemaSql.SelectVersion((PostgresDialect)dialect)));
        return (long?)await batch.ExecuteScalarAsync(ct);
    }

    /// <summary>Sends some rows of a block that give the same columns.</summary>
    public static async ValueTask SendAsync(NpgsqlConnection connection, CatalogTable entry, BlockRows rows, int start, int end, WireRows wire, CancellationToken ct)
    {
        var columns = rows.ColumnsOf(start);
        await SendAsync(connection, entry.Dialect, entry.Table, columns, wire, () =>
        {
            if (start == end)
                return false;
            wire.BeginRow(columns.Count);
            foreach (var column in columns)
                wire.Add(rows[start][column.Ordinal], rows.Bytes.Span, column);
            start++;
            return true;
        }, ct);
    }

    /// <summary>Sends rows as long as there are any.</summary>
    /// <param name="addRow">Adds the next row; false at the end.</param>
    public static async ValueTask SendAsync(NpgsqlConnection connection, SqlDialect dialect, Table table, IReadOnlyList<Column> columns, WireRows wire, Func<bool> addRow, CancellationToken ct)
    {
        var names = string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)));
        await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY {dialect.Table(table.Name)} ({names}) FROM STDIN (FORMAT binary)", ct);
        try
        {
            wire.Clear();
            wire.Begin();
            while (addRow())
            {
                if (wire.Bytes.Length < PartBytes)
                    continue;
                await stream.WriteAsync(wire.Bytes, ct);
                wire.Clear();
            }

            wire.End();
            await stream.WriteAsync(wire.Bytes, ct);
        }
        catch
        {
            await stream.CancelAsync(); // else it would end as if all had come
            throw;
        }
    }
}
