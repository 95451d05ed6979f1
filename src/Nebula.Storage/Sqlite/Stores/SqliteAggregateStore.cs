using Nebula.Core;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Reading;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Computes over records as lists are read: bounded and under a deadline.</summary>
internal sealed class SqliteAggregateStore(Scanner scanner) : IAggregateStore
{
    public ValueTask<Result<GroupRows>> AggregateAsync(OpenTable table, AggregateQuery query, CancellationToken ct) => scanner.RunAsync(
        table.Database.Id, [table.Table, .. query.OtherTables], (database, reader) => new ValueTask<Result<GroupRows>>(AggregateRead.Run(database, reader, table.Table, query)), ct);
}
