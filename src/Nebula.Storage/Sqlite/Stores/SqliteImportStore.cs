using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Importing;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Imports into tables, through the database's writer.</summary>
internal sealed class SqliteImportStore(DatabasePool pool, SpoolDirectory directory) : IImportStore
{
    public IRowSpool CreateSpool() => new RowSpool(directory);

    public ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool spool, RowBlock last, CancellationToken ct) =>
        WriteAsync(table.Database.Id, new InsertAll(table, (RowSpool)spool, last, ct), ct);

    public ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct) =>
        WriteAsync(table.Database.Id, new InsertEach(table, block, ct), ct);

    private async ValueTask<Result<T>> WriteAsync<T>(DatabaseId id, WriteOperation<T> operation, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
            return await lease.Database.Writer.RunAsync(operation);
    }
}
