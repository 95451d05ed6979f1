using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads a page of records with its total.</summary>
internal static class PageRead
{
    /// <summary>A page is gathered in memory before it is sent, so that no statement stays open for a slow client; this bounds it.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    public static async ValueTask<Result<RecordPage>> ListAsync(OpenDatabase database, Connection reader, Table table, RecordQuery query, CancellationToken ct)
    {
        if (query.Count != CountMode.None)
            database.NoticeOtherWriters();
        var catalog = database.Catalog;
        if (catalog.Find(table) is not { } entry || query.OtherTables.Any(t => catalog.Find(t) is null))
            return Error.StaleTable;

        // Counted in the snapshot of the page when there is a filter, else kept by the writer and only found the first time.
        RecordTotal? total = null;
        if (query is { Count: not CountMode.None, Filter: null, Search: null })
        {
            if (!(await TotalRead.OfAllAsync(database, reader, entry, ct)).TryGet(out var kept, out var error))
                return error;
            total = new RecordTotal(kept);
        }

        return Read(reader, entry, query, total);
    }

    private static Result<RecordPage> Read(Connection reader, CatalogTable entry, RecordQuery query, RecordTotal? total)
    {
        var countsHere = query.Count != CountMode.None && total is null;
        var isOneSnapshot = countsHere || query.Expansions.Count > 0;
        var rows = new Utf8Buffer(16 * 1024);
        try
        {
            if (isOneSnapshot)
                reader.Execute("BEGIN");
            var end = new PageEnd();
            if (!(query.Expansions.Count > 0 ? ReadExpanded(reader, entry.Table, query, rows, end) : ReadRows(reader, entry, query, rows, end)))
            {
                rows.Dispose();
                return TooLarge;
            }

            if (countsHere)
                total = TotalRead.OfSome(reader, entry.Table, query);
            return new RecordPage(rows, total, query, end.HasMore ? end.Keys : null);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        finally
        {
            if (isOneSnapshot)
                reader.Execute("COMMIT");
        }
    }

    private static bool ReadExpanded(Connection reader, Table table, RecordQuery query, Utf8Buffer rows, PageEnd end)
    {
        var page = new ExpandedPage(reader, MaxBytes);
        var select = ListSql.Page(table, query);
        using var level = page.Read(select, select.Parameters, query.Expansions, query.Limit, end);
        return level is not null && page.Write(rows, level, query.Expansions);
    }

    private static bool ReadRows(Connection reader, CatalogTable entry, RecordQuery query, Utf8Buffer rows, PageEnd end)
    {
        var isPlain = query.IsPlain;
        var select = isPlain ? entry.FirstPage : ListSql.Page(entry.Table, query);
        var json = query.Fields is null ? entry.Json : RowJson.Of(select.Fields);
        var list = reader.Prepare(select.Sql);
        try
        {
            if (isPlain)
            {
                list.Bind(1, query.Limit + 1L);
                list.Bind(2, query.Offset);
            }
            else
            {
                for (var i = 0; i < select.Parameters.Count; i++)
                    DraftBinding.Bind(list, i + 1, select.Parameters[i]);
            }

            for (var count = 0; list.Step(); count++)
            {
                if (count == query.Limit)
                {
                    end.HasMore = true;
                    return true;
                }

                if (count > 0)
                    rows.Write((byte)',');
                json.Write(rows, list);
                if (rows.Length > MaxBytes)
                    return false;
                if (count == query.Limit - 1)
                    end.Note(list, select.KeyPositions);
            }

            return true;
        }
        finally
        {
            list.Reset();
        }
    }

    private static Error TooLarge { get; } = new(ErrorCodes.TooLarge, $"The page is larger than {MaxBytes / 1024 / 1024} MiB.")
    {
        Hint = "Ask for fewer records with 'limit', or for fewer columns with 'fields'.",
    };
}
