using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>The statement that changes or removes whatever matches a condition. What it changes when there are too many is for its transaction to undo.</summary>
internal static class MatchingRows
{
    public static async ValueTask<(Error? Error, long Affected)> ChangeAsync(WriteContext context, Table table, Condition condition, RecordDraft? change, long maxAffected, CancellationToken ct)
    {
        if (!context.TryOpen(table, out var entry, out var stale))
            return (stale, 0);
        if (entry.RowKey is not { Count: > 0 } rowKey)
            return (RecordErrors.WithoutKey(table), 0);
        foreach (var other in QueriedTables.Of(condition))
        {
            if (!context.TryOpen(other, out _, out stale))
                return (stale, 0);
        }

        var matching = MatchingSql.Of(entry.Dialect, table, rowKey, condition, change, maxAffected + 1);
        await using var statement = new NpgsqlCommand(matching.Text, context.Connection);
        Binding.Add(statement.Parameters, matching.Parameters);
        if (change is not null)
            Binding.Add(statement.Parameters, change, matching.Changed);
        statement.Parameters.Add(Binding.Of(context.Catalog.SchemaVersion));
        long affected = await statement.ExecuteNonQueryAsync(ct);
        if (affected > maxAffected)
            return (RecordErrors.TooMany(maxAffected), 0);
        return (affected == 0 && !await context.IsCurrentAsync(entry, ct) ? Error.StaleTable : null, affected);
    }
}
