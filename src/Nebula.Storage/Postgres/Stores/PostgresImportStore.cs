using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Files;
using Nebula.Storage.Importing;
using Nebula.Storage.Postgres.Importing;
using Nebula.Storage.Postgres.Writing;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Imports into tables.</summary>
internal sealed class PostgresImportStore(Writes writes, ProcessSpool spool, TimeProvider clock) : IImportStore
{
    public IRowSpool CreateSpool() => new RowSpool(() => spool.Directory);

    public ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool rows, RowBlock last, CancellationToken ct) =>
        writes.RunAsync(new InsertAll(table, (RowSpool)rows, last, clock), ct);

    public ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct) =>
        writes.RunAsync(new InsertEach(table, block), ct);
}
