using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Finds how many records a list has in all.</summary>
internal static class TotalRead
{
    /// <summary>How long a list waits to have its total kept: a database that another program holds is read all the same.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    /// <summary>The rows of the whole table, kept by the writer and only counted the first time.</summary>
    public static async ValueTask<Result<long>> OfAllAsync(OpenDatabase database, Connection reader, CatalogTable entry, CancellationToken ct)
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

    /// <summary>Those that fulfil a condition, in the open transaction.</summary>
    /// <param name="all">All rows of the table, if that is known.</param>
    public static RecordTotal OfSome(Connection reader, CatalogTable entry, RecordQuery query, long? all)
    {
        var table = entry.Table;
        if (query.Count == CountMode.Exact || table.Key is null)
            return new RecordTotal(Run(reader, ListSql.Count(entry.Dialect, table, query)).First);

        var (found, greatest) = Run(reader, ListSql.CountSome(entry.Dialect, table, query, TotalEstimate.CountedExactly + 1));
        if (found <= TotalEstimate.CountedExactly)
            return new RecordTotal(found);

        return TotalEstimate.Of(found, greatest, reader.ExecuteInteger(entry.Sql.LeastKey), reader.ExecuteInteger(entry.Sql.GreatestKey), all);
    }

    private static (long First, long Second) Run(Connection reader, SelectStatement select)
    {
        var count = reader.Prepare(select.Sql);
        try
        {
            for (var i = 0; i < select.Parameters.Count; i++)
                DraftBinding.Bind(count, i + 1, select.Parameters[i].Value);
            count.Step();
            return (count.Integer(0), count.Integer(1));
        }
        finally
        {
            count.Reset();
        }
    }
}
