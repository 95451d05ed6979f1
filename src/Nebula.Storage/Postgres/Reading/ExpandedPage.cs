using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Reads rows together with their related ones in one snapshot: one statement for the rows, one for each expansion however many rows there are.</summary>
internal sealed class ExpandedPage(NpgsqlConnection connection, SqlDialect dialect, ExpandedRows gathered)
{
    /// <summary>Null when it is more than fits into memory.</summary>
    public static async ValueTask<(PageEnd End, RecordTotal? Total)?> ReadAsync(NpgsqlConnection connection, CatalogTable entry, RecordQuery query, Utf8Buffer json, CancellationToken ct)
    {
        var gathered = new ExpandedRows(ct.ThrowIfCancellationRequested);
        var page = new ExpandedPage(connection, entry.Dialect, gathered);
        var (end, select) = (new PageEnd(), ListSql.Page(entry.Dialect, entry.Table, query));
        RecordTotal? total = null;
        RowLevel? level;
        await using (var begin = new NpgsqlCommand(SchemaSql.Begin, connection))
            await begin.ExecuteNonQueryAsync(ct);
        using (level = await page.ReadAsync(select, select.Parameters, query.Expansions, query.Limit, end, ct))
        {
            if (level is null)
                return null; // the transaction ends with the connection's use
            if (query.Count != CountMode.None)
                total = await CountAsync(connection, entry, query, ct);
            await using (var commit = new NpgsqlCommand(SchemaSql.End, connection))
                await commit.ExecuteNonQueryAsync(ct);
            return gathered.Write(json, level, query.Expansions) ? (end, total) : null;
        }
    }

    private async ValueTask<RowLevel?> ReadAsync(
        SelectStatement select, IReadOnlyList<SqlParameter> parameters, IReadOnlyList<Expansion> expansions, int limit, PageEnd end, CancellationToken ct)
    {
        var level = new RowLevel();
        try
        {
            var fits = await ReadRowsAsync(level, select, parameters, limit, end, ct);
            for (var i = 0; fits && i < expansions.Count; i++)
                fits = await RelateAsync(level, expansions[i], i, ct);
            if (fits)
                return level;
        }
        catch
        {
            level.Dispose();
            throw;
        }

        level.Dispose();
        return null;
    }

    private async ValueTask<bool> ReadRowsAsync(RowLevel level, SelectStatement select, IReadOnlyList<SqlParameter> parameters, int limit, PageEnd end, CancellationToken ct)
    {
        var json = RowJson.Of(select.Fields);
        await using var command = new NpgsqlCommand(select.Sql, connection);
        Binding.Add(command.Parameters, parameters);
        await using var rows = await command.ExecuteReaderAsync(ct);
        using var buffer = new RowBuffer(rows);
        while (await rows.ReadAsync(ct))
        {
            if (level.Count == limit)
            {
                end.HasMore = true;
                return true;
            }

            if (!gathered.Add<PostgresRow, StoredValue>(level, json, select, new PostgresRow(buffer), end))
                return false;
        }

        return true;
    }

    private async ValueTask<bool> RelateAsync(RowLevel level, Expansion expansion, int position, CancellationToken ct)
    {
        var keys = RelatedKeys.Of(level, position);
        var select = ListSql.Related(dialect, expansion);
        SqlParameter[] parameters = [.. select.Parameters];
        parameters[0] = parameters[0] with { Value = keys.Array };
        if (await ReadAsync(select, parameters, expansion.Expansions, int.MaxValue, new PageEnd(), ct) is not { } rows)
            return false;
        level.Related.Add(RelatedLevel.Of(rows, keys));
        return true;
    }

    private static async ValueTask<RecordTotal> CountAsync(NpgsqlConnection connection, CatalogTable entry, RecordQuery query, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 1")); // stands where the page does otherwise
        TotalRead.Add(batch, entry, query);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        return await TotalRead.ReadAsync(rows, entry, query, ct);
    }
}
