using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads a page of records with its total.</summary>
internal static class PageRead
{
    /// <summary>A page is gathered in memory before it is sent, so that no statement stays open for a slow client; this bounds it.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>How long a list waits to have its total kept: a database that another program holds is read all the same.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    public static async ValueTask<Result<RecordPage>> ListAsync(OpenDatabase database, Connection reader, Table table, RecordQuery query, CancellationToken ct)
    {
        if (query.WithTotal)
            database.NoticeOtherWriters();
        if (database.Catalog.Find(table) is not { } entry)
            return Error.StaleTable;

        // Counted in the snapshot of the page when there is a filter, else kept by the writer and only found the first time.
        long? total = null;
        if (query is { WithTotal: true, Equalities.Count: 0 })
        {
            if (!(await TotalAsync(database, reader, entry, ct)).TryGet(out var kept, out var error))
                return error;
            total = kept;
        }

        return Read(reader, entry, query, total);
    }

    private static Result<RecordPage> Read(Connection reader, CatalogTable entry, RecordQuery query, long? total)
    {
        var rows = new Utf8Buffer(16 * 1024);
        var countsHere = query is { WithTotal: true, Equalities.Count: > 0 };
        try
        {
            if (countsHere)
                reader.Execute("BEGIN");
            if (!ReadRows(reader, entry, query, rows))
            {
                rows.Dispose();
                return TooLarge;
            }

            if (countsHere)
                total = Count(reader, entry, query);
            return new RecordPage(rows, total, query);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        finally
        {
            if (countsHere)
                reader.Execute("COMMIT");
        }
    }

    private static bool ReadRows(Connection reader, CatalogTable entry, RecordQuery query, Utf8Buffer rows)
    {
        var json = query.Fields is null ? entry.Json : RowJson.Of(query.Fields);
        var list = reader.Prepare(entry.Sql.List(query));
        try
        {
            var next = BindEqualities(list, query);
            list.Bind(next, query.Limit);
            list.Bind(next + 1, query.Offset);
            while (list.Step())
            {
                if (rows.Length > 0)
                    rows.Write((byte)',');
                json.Write(rows, list);
                if (rows.Length > MaxBytes)
                    return false;
            }

            return true;
        }
        finally
        {
            list.Reset();
        }
    }

    private static long Count(Connection reader, CatalogTable entry, RecordQuery query)
    {
        var count = reader.Prepare(entry.Sql.Count(query));
        try
        {
            BindEqualities(count, query);
            count.Step();
            return count.Integer(0);
        }
        finally
        {
            count.Reset();
        }
    }

    private static async ValueTask<Result<long>> TotalAsync(OpenDatabase database, Connection reader, CatalogTable entry, CancellationToken ct)
    {
        if (entry.IsCountKept && database.Counts.TryGet(entry.Table, out var kept))
            return kept;
        RowCounts.Total? begun = null;
        try
        {
            if (entry.IsCountKept)
            {
                var taken = await database.Writer.RunAsync(new TakeCountSnapshot(database, entry.Table, reader, ct), _patience);
                if (!taken.TryGet(out begun, out var error) && ReferenceEquals(error, Error.StaleTable))
                    return error;
            }

            // Another request counts already, or the writer is held by another program: this count is right too, but nobody keeps it.
            var counted = reader.ExecuteInteger(entry.Sql.CountAll);
            if (begun is not null)
                database.Counts.EndCount(entry.Table, begun, counted);
            return counted;
        }
        catch
        {
            if (begun is not null)
                database.Counts.AbandonCount(entry.Table, begun);
            throw;
        }
        finally
        {
            if (reader.IsInTransaction)
                reader.Execute("COMMIT");
        }
    }

    private static int BindEqualities(Statement statement, RecordQuery query)
    {
        var index = 1;
        foreach (var equality in query.Equalities)
            DraftBinding.Bind(statement, index++, equality.Value);
        return index;
    }

    private static Error TooLarge { get; } = new(ErrorCodes.TooLarge, $"The page is larger than {MaxBytes / 1024 / 1024} MiB.")
    {
        Hint = "Ask for fewer records with 'limit', or for fewer columns with 'fields'.",
    };
}
