using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Schema;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Tables, read from the kept catalogues and changed one after the other for each database.</summary>
internal sealed class PostgresTableStore(Catalogues catalogues, SchemaChanges changes, ServerFaults faults, TimeProvider clock) : ITableStore
{
    public ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct)
    {
        var got = catalogues.GetAsync(database.Id, fresh, ct);
        return got.IsCompletedSuccessfully ? new(SchemaOf(got.Result)) : AwaitAsync(got, database.Id);
    }

    public async ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct)
    {
        if (catalogues.Find(database.Id) is { } kept && TableDeclaration.FindSame(kept, definition) is { } same && same.TryGet(out var there, out _))
            return there;
        if (await changes.RunAsync(caller, database, (change, ct) => CreateTable.RunAsync(change, definition, most, clock.GetUtcNow(), ct), ct) is { } failure)
            return failure;
        return await FindAsync(database, catalog => catalog.Find(definition.Name.Value)?.Table, ct);
    }

    public async ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct)
    {
        if (await changes.RunAsync(table.Caller, table.Database, (change, ct) => AlterTable.RunAsync(change, table.Table, alteration, ct), ct) is { } failure)
            return failure;
        return await FindAsync(table.Database, catalog => catalog.Find(table.Table.Id)?.Table, ct);
    }

    public async ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct) =>
        await changes.RunAsync(table.Caller, table.Database, (change, ct) => DropTable.RunAsync(change, table.Table, ct), ct) is { } failure ? failure : new Done();

    private async ValueTask<Result<Table>> FindAsync(Database database, Func<DatabaseCatalog, Table?> find, CancellationToken ct)
    {
        try
        {
            return !(await catalogues.GetAsync(database.Id, fresh: false, ct)).TryGet(out var catalog, out var error) ? error
                : find(catalog) is { } found ? found
                : Error.StaleTable; // dropped again already
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
        {
            faults.Note(e, database.Id);
            return error;
        }
    }

    private async ValueTask<Result<DatabaseSchema>> AwaitAsync(ValueTask<Result<DatabaseCatalog>> got, DatabaseId id)
    {
        try
        {
            return SchemaOf(await got);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
        {
            faults.Note(e, id);
            return error;
        }
    }

    private static Result<DatabaseSchema> SchemaOf(Result<DatabaseCatalog> got) => got.TryGet(out var catalog, out var error) ? catalog.Schema : error;
}
