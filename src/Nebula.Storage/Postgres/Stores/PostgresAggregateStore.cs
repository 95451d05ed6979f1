using Nebula.Core;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Reading;
using Nebula.Storage.Postgres.Schema;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Computes over records, under a deadline.</summary>
internal sealed class PostgresAggregateStore(Catalogues catalogues, Reads reads) : IAggregateStore
{
    public ValueTask<Result<GroupRows>> AggregateAsync(OpenTable table, AggregateQuery query, CancellationToken ct) =>
        catalogues.Find(table.Database.Id) is { } catalog && catalog.Find(table.Table) is { } entry && query.OtherTables.All(t => catalog.Find(t) is not null)
            ? reads.ScanAsync(table.Database.Id, (entry, query), AggregateRead.RunAsync, ct)
            : new(Error.StaleTable);
}
