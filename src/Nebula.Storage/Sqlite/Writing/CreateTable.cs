using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Makes a table and enters it. The same definition again changes nothing.</summary>
internal sealed class CreateTable(Caller caller, TableDefinition definition, TimeProvider clock, CancellationToken ct) : WriteOperation<Done>(caller, ct)
{
    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    /// <summary>The table if it is there as defined, table_exists if it is there otherwise, null if it is not there.</summary>
    public static Result<Table>? FindSame(DatabaseCatalog catalog, TableDefinition definition)
    {
        if (catalog.Find(definition.Name.Value) is not { } existing)
            return null;
        return definition.Describes(existing.Table)
            ? existing.Table
            : new Error(ErrorCodes.TableExists, $"There is a table '{existing.Table.Name}' with other columns already.");
    }

    public override Error? Execute(WriteContext context)
    {
        if (FindSame(context.Catalog, definition) is { } same)
            return same.TryGet(out _, out var error) ? null : error;
        if (IsTaken(context.Connection, definition.Name.Value))
            return new Error(ErrorCodes.TableExists, $"The database has something else named '{definition.Name}' already.");
        context.Connection.Execute(TableSql.Create(definition));
        CatalogSql.Add(context.Connection, definition.Name.Value, string.Join(',', TableSql.ManagedTimestamps(definition)), clock.GetUtcNow());
        return null;
    }

    protected override Done Value() => new();

    /// <summary>Tables, views and indexes share their names.</summary>
    private static bool IsTaken(Connection connection, string name)
    {
        var select = connection.Prepare("SELECT 1 FROM sqlite_schema WHERE lower(name) = lower(?1)");
        try
        {
            select.Bind(1, name);
            return select.Step();
        }
        finally
        {
            select.Reset();
        }
    }
}
