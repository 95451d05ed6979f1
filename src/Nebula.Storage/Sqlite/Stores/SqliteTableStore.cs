using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Writing;
using Nebula.Storage.Sqlite.Writing.Altering;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Tables, read from the catalogue of the open database and changed by its writer.</summary>
internal sealed class SqliteTableStore(DatabasePool pool, DatabaseRegistry registry, TimeProvider clock) : ITableStore
{
    public ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct)
    {
        var leased = pool.LeaseAsync(database.Id, ct);
        return leased.IsCompletedSuccessfully ? new(SchemaOf(leased.Result, fresh)) : AwaitAsync(leased, fresh);

        static async ValueTask<Result<DatabaseSchema>> AwaitAsync(ValueTask<Result<DatabaseLease>> leased, bool fresh) => SchemaOf(await leased, fresh);
    }

    public async ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(database.Id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
        {
            if (TableDeclaration.FindSame(lease.Database.Catalog, definition) is { } same)
                return same;
            return await ChangeSchemaAsync(database, lease.Database, new CreateTable(caller, definition, most, clock, ct), ct) is { } failure
                ? failure
                : lease.Database.Catalog.Find(definition.Name.Value) is { } entry ? entry.Table : Error.StaleTable; // dropped again already
        }
    }

    public async ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(table.Database.Id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
        {
            return await ChangeSchemaAsync(table.Database, lease.Database, new AlterTable(table, alteration, ct), ct) is { } failure
                ? failure
                : lease.Database.Catalog.Find(table.Table.Id) is { } entry ? entry.Table : Error.StaleTable; // dropped already
        }
    }

    public async ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(table.Database.Id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
            return await ChangeSchemaAsync(table.Database, lease.Database, new DropTable(table, ct), ct) is { } failure ? failure : new Done();
    }

    private async ValueTask<Error?> ChangeSchemaAsync(Database database, OpenDatabase open, WriteOperation<Done> change, CancellationToken ct)
    {
        // One after the other: the number that one change notes would otherwise hide that another one is still under way, or be noted after a newer one.
        if (!await open.EnterSchemaChangeAsync(ct))
            return SqliteErrors.Busy;
        try
        {
            // Unknown until the change is over: a crash in between must not leave a wrong number. Not cancelled half-way for the same reason.
            await registry.SetTablesAsync(database.Id, null, ct);
            try
            {
                return (await open.Writer.RunAsync(change)).TryGet(out _, out var error) ? null : error;
            }
            finally
            {
                await registry.SetTablesAsync(database.Id, open.Catalog.Tables.Count, CancellationToken.None);
            }
        }
        finally
        {
            open.ExitSchemaChange();
        }
    }

    private static Result<DatabaseSchema> SchemaOf(Result<DatabaseLease> leased, bool fresh)
    {
        if (!leased.TryGet(out var lease, out var error))
            return error;
        using (lease)
        {
            if (fresh)
                lease.Database.NoticeOtherWriters();
            return lease.Database.Catalog.Schema;
        }
    }
}
