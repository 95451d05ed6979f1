using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Finds how many records a list has in all, in the round trip of its page. Nobody keeps the number: other servers write too.</summary>
internal static class TotalRead
{
    /// <summary>Adds the statements that count.</summary>
    public static void Add(NpgsqlBatch batch, CatalogTable entry, RecordQuery query)
    {
        if (IsExact(entry, query))
        {
            if (query is { Filter: null, Search: null })
                batch.BatchCommands.Add(new NpgsqlBatchCommand(entry.Sql.CountAll));
            else
                Add(batch, ListSql.Count(entry.Dialect, entry.Table, query));
            return;
        }

        Add(batch, ListSql.CountSome(entry.Dialect, entry.Table, query, TotalEstimate.CountedExactly + 1));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(entry.Sql.LeastKey));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(entry.Sql.GreatestKey));
    }

    /// <summary>Reads what those statements give. The reader stands at the page's rows, and is at its end afterwards.</summary>
    public static async ValueTask<RecordTotal> ReadAsync(NpgsqlDataReader rows, CatalogTable entry, RecordQuery query, CancellationToken ct)
    {
        var (found, greatest) = await NumbersAsync(rows, ct);
        var total = new RecordTotal(found);
        if (!IsExact(entry, query))
        {
            var (least, _) = await NumbersAsync(rows, ct);
            var (last, _) = await NumbersAsync(rows, ct);
            if (found > TotalEstimate.CountedExactly)
                total = TotalEstimate.Of(found, greatest, least, last, all: null);
        }

        await rows.NextResultAsync(ct); // so that a fault at the end is not missed
        return total;
    }

    private static bool IsExact(CatalogTable entry, RecordQuery query) => query.Count == CountMode.Exact || entry.Table.Key is null;

    private static void Add(NpgsqlBatch batch, SelectStatement select)
    {
        var command = new NpgsqlBatchCommand(select.Sql);
        Binding.Add(command.Parameters, select.Parameters);
        batch.BatchCommands.Add(command);
    }

    private static async ValueTask<(long First, long Second)> NumbersAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        using var buffer = new RowBuffer(rows);
        var first = buffer.Read(0).Integer;
        return (first, rows.FieldCount > 1 ? buffer.Read(1).Integer : 0);
    }
}
