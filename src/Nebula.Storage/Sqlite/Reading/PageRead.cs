using System.Diagnostics.CodeAnalysis;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads a page of records with its total.</summary>
internal static class PageRead
{
    public static async ValueTask<Result<RecordPage>> ListAsync(OpenDatabase database, Connection reader, Table table, RecordQuery query, CancellationToken ct)
    {
        if (query.Count != CountMode.None)
            database.NoticeOtherWriters();
        if (!IsCurrent(database, table, query, out var entry))
            return Error.StaleTable;

        // Counted in the snapshot of the page when there is a filter, else kept by the writer and only found the first time.
        RecordTotal? total = null;
        if (query is { Count: not CountMode.None, Filter: null, Search: null })
        {
            if (!(await TotalRead.OfAllAsync(database, reader, entry, ct)).TryGet(out var kept, out var error))
                return error;
            total = new RecordTotal(kept);

            // Finding it may have taken a while, and the page is read by names.
            if (!IsCurrent(database, table, query, out entry))
                return Error.StaleTable;
        }

        long? all = database.Counts.TryGet(table, out var rows) ? rows : null;
        return Read(reader, entry, query, total, all);
    }

    private static bool IsCurrent(OpenDatabase database, Table table, RecordQuery query, [NotNullWhen(true)] out CatalogTable? entry)
    {
        var catalog = database.Catalog;
        entry = catalog.Find(table);
        return entry is not null && (query.OtherTables.Count == 0 || query.OtherTables.All(t => catalog.Find(t) is not null));
    }

    private static Result<RecordPage> Read(Connection reader, CatalogTable entry, RecordQuery query, RecordTotal? total, long? all)
    {
        var countsHere = query.Count != CountMode.None && total is null;
        var isOneSnapshot = countsHere || query.Expansions.Count > 0;
        var rows = new Utf8Buffer(16 * 1024);
        try
        {
            if (isOneSnapshot)
                reader.Execute("BEGIN");
            var end = new PageEnd();
            if (!(query.Expansions.Count > 0 ? ReadExpanded(reader, entry, query, rows, end) : ReadRows(reader, entry, query, rows, end)))
            {
                rows.Dispose();
                return PageBound.TooLarge;
            }

            if (countsHere)
                total = TotalRead.OfSome(reader, entry, query, all);
            return new RecordPage(rows, total, query, end.HasMore ? end.Keys : null);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        finally
        {
            if (isOneSnapshot && reader.IsInTransaction) // a fault of the disk ended it already
                reader.Execute("COMMIT");
        }
    }

    private static bool ReadExpanded(Connection reader, CatalogTable entry, RecordQuery query, Utf8Buffer rows, PageEnd end)
    {
        var page = new ExpandedPage(entry.Dialect, reader);
        var select = ListSql.Page(entry.Dialect, entry.Table, query);
        using var level = page.Read(select, select.Parameters, query.Expansions, query.Limit, end);
        return level is not null && page.Write(rows, level, query.Expansions);
    }

    private static bool ReadRows(Connection reader, CatalogTable entry, RecordQuery query, Utf8Buffer rows, PageEnd end)
    {
        var isPlain = query.IsPlain;
        var (select, json) = isPlain ? entry.PlainPages.Find(query) : entry.PlainPages.Make(query);
        var list = reader.Prepare(select.Sql);
        try
        {
            if (isPlain)
            {
                list.Bind(1, query.CanContinue ? query.Limit + 1L : query.Limit);
                list.Bind(2, query.Offset);
            }
            else
            {
                for (var i = 0; i < select.Parameters.Count; i++)
                    DraftBinding.Bind(list, i + 1, select.Parameters[i].Value);
            }

            var limit = query.Limit;
            for (var count = 0; list.Step(); count++)
            {
                if (count == limit)
                {
                    end.HasMore = true;
                    return true;
                }

                if (count > 0)
                    rows.Write((byte)',');
                json.Write<StatementRow, ColumnValue>(rows, new(list));
                if (rows.Length > PageBound.MaxBytes)
                    return false;
                if (count == limit - 1)
                    end.Note<StatementRow, ColumnValue>(new(list), select.KeyPositions);
            }

            return true;
        }
        finally
        {
            list.Reset();
        }
    }
}
