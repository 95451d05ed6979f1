using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Reads a page of records with its total: in one round trip, and where it takes several statements in one snapshot.</summary>
internal static class PageRead
{
    public static async ValueTask<Result<RecordPage>> ListAsync(NpgsqlConnection connection, (CatalogTable Entry, RecordQuery Query) what, CancellationToken ct)
    {
        var (entry, query) = what;
        var rows = new Utf8Buffer(16 * 1024);
        try
        {
            var read = query.Expansions.Count > 0
                ? await ExpandedPage.ReadAsync(connection, entry, query, rows, ct)
                : await ReadAsync(connection, entry, query, rows, ct);
            if (read is { } end)
                return new RecordPage(rows, end.Total, query, end.End.HasMore ? end.End.Keys : null);
            rows.Dispose();
            return PageBound.TooLarge;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static async ValueTask<(PageEnd End, RecordTotal? Total)?> ReadAsync(NpgsqlConnection connection, CatalogTable entry, RecordQuery query, Utf8Buffer json, CancellationToken ct)
    {
        var (select, writer) = query.IsPlain ? entry.PlainPages.Find(query) : entry.PlainPages.Make(query);
        var page = new NpgsqlBatchCommand(select.Sql);
        if (query.IsPlain)
        {
            page.Parameters.Add(Binding.Of(query.CanContinue ? query.Limit + 1L : query.Limit));
            page.Parameters.Add(Binding.Of(query.Offset));
        }
        else
        {
            Binding.Add(page.Parameters, select.Parameters);
        }

        var counts = query.Count != CountMode.None;
        await using var batch = new NpgsqlBatch(connection);
        if (counts)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SchemaSql.Begin));
        batch.BatchCommands.Add(page);
        if (counts)
        {
            TotalRead.Add(batch, entry, query);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SchemaSql.End));
        }

        await using var rows = await batch.ExecuteReaderAsync(ct);
        var end = new PageEnd();
        using (var buffer = new RowBuffer(rows))
        {
            if (!await WriteAsync(rows, new PostgresRow(buffer), writer, select, query.Limit, json, end, ct))
                return null;
        }

        return (end, counts ? await TotalRead.ReadAsync(rows, entry, query, ct) : null);
    }

    private static async ValueTask<bool> WriteAsync(
        NpgsqlDataReader rows, PostgresRow row, RowJson writer, SelectStatement select, int limit, Utf8Buffer json, PageEnd end, CancellationToken ct)
    {
        for (var count = 0; await rows.ReadAsync(ct); count++)
        {
            if (count == limit)
            {
                end.HasMore = true;
                return true;
            }

            if (count > 0)
                json.Write((byte)',');
            writer.Write<PostgresRow, StoredValue>(json, row);
            if (json.Length > PageBound.MaxBytes)
                return false;
            if (count == limit - 1)
                end.Note<PostgresRow, StoredValue>(row, select.KeyPositions);
        }

        return true;
    }
}
