using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Locks the records that a batch names before its first operation runs, in an order that every batch has: else two that change the same records in another order wait for each other.</summary>
internal static class RowLocks
{
    public static async ValueTask TakeAsync(WriteContext context, IReadOnlyList<BatchStep> steps, CancellationToken ct)
    {
        var records = new SortedSet<(long Table, string Id)>(Comparer<(long Table, string Id)>.Create(Compare));
        var named = new Dictionary<(long Table, string Id), (CatalogTable Entry, RecordId Id)>();
        foreach (var step in steps)
        {
            if (step.Action is not (BatchAction.Update or BatchAction.Delete) || step.Id?.Known is not { } id || !context.TryOpen(step.Table.Table, out var entry, out _))
                continue;
            var record = (entry.Table.Id.Value, id.ToString());
            records.Add(record);
            named[record] = (entry, id);
        }

        if (records.Count < 2)
            return;
        await using var batch = new NpgsqlBatch(context.Connection);
        foreach (var record in records)
        {
            var (entry, id) = named[record];
            var get = new NpgsqlBatchCommand(entry.Sql.GetToChange);
            Binding.Add(get.Parameters, entry.Table, id);
            batch.BatchCommands.Add(get);
        }

        await batch.ExecuteNonQueryAsync(ct);
    }

    private static int Compare((long Table, string Id) one, (long Table, string Id) other) =>
        one.Table != other.Table ? one.Table.CompareTo(other.Table) : string.CompareOrdinal(one.Id, other.Id);
}
