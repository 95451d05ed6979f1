using Nebula.Core;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Makes a table with its indexes and enters it. The same definition again changes nothing.</summary>
internal sealed class CreateTable(Caller caller, TableDefinition definition, long? most, TimeProvider clock, CancellationToken ct) : WriteOperation<Done>(caller, ct)
{
    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override Error? Execute(WriteContext context)
    {
        var connection = context.Connection;
        if (TableDeclaration.FindSame(context.Catalog, definition) is { } same)
            return same.TryGet(out _, out var error) ? null : error;
        if (most is { } bound && context.Catalog.Tables.Count >= bound)
            return QuotaErrors.Exceeded(Quota.TablesPerDatabase, bound, context.Catalog.Tables.Count + 1);
        if (SchemaNames.IsTaken(connection, definition.Name.Value))
            return new Error(ErrorCodes.TableExists, $"The database has something else named '{definition.Name}' already.");
        if (!ReferenceTargets.Resolve(definition, context.Catalog.Schema).TryGet(out var table, out var fault))
            return fault;

        connection.Execute(TableSql.Create(SqliteDialect.Instance, table));
        var id = CatalogSql.Add(connection, table.Name.Value, string.Join(',', TableSql.ManagedTimestamps(table)), clock.GetUtcNow(), table);
        return IndexWrites.CreateAll(connection, id, table);
    }

    protected override Done Value() => new();
}
