using Nebula.Core;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Makes a table with its indexes and enters it. The same definition again changes nothing.</summary>
internal static class CreateTable
{
    public static async Task<Error?> RunAsync(SchemaChange change, TableDefinition definition, long? most, DateTimeOffset now, CancellationToken ct)
    {
        if (TableDeclaration.FindSame(change.Catalog, definition) is { } same)
        {
            change.ChangesNothing = true;
            return same.TryGet(out _, out var error) ? null : error;
        }

        if (most is { } bound && change.Catalog.Tables.Count >= bound)
            return QuotaErrors.Exceeded(Quota.TablesPerDatabase, bound, change.Catalog.Tables.Count + 1);
        if (SystemColumns.Find(definition.Columns) is { } reserved)
            return reserved;
        if (await change.IsTakenAsync(definition.Name.Value, ct))
            return SchemaChange.Taken(ErrorCodes.TableExists, definition.Name.Value);
        if (!ReferenceTargets.Resolve(definition, change.Catalog.Schema).TryGet(out var table, out var fault))
            return fault;

        await change.ExecuteAsync([TableSql.Create(change.Dialect, table)], ct);
        await TableEntries.AddAsync(change, table.Name.Value, string.Join(',', TableSql.ManagedTimestamps(table)), now, table, ct);
        return await IndexChanges.CreateAllAsync(change, table, ct);
    }
}
