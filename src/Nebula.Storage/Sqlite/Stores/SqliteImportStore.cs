using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Files;
using Nebula.Storage.Importing;
using Nebula.Storage.Sqlite.Importing;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Imports into tables, through the database's writer.</summary>
internal sealed class SqliteImportStore(DatabasePool pool, SpoolDirectory directory, TimeProvider clock) : IImportStore
{
    public IRowSpool CreateSpool() => new RowSpool(() => directory);

    public ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool spool, RowBlock last, CancellationToken ct) =>
        pool.WriteLongAsync(table.Database.Id, new InsertAll(table, (RowSpool)spool, last, clock, ct), ct);

    public ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new InsertEach(table, block, ct), ct);
}
