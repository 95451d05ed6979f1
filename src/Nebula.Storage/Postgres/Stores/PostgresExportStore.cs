using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Reading;
using Nebula.Storage.Postgres.Schema;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Exports of tables: each part has its deadline like a list.</summary>
internal sealed class PostgresExportStore(Catalogues catalogues, Reads reads) : IExportStore
{
    public ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct) =>
        catalogues.Find(table.Database.Id) is { } catalog && catalog.Find(table.Table) is { } entry && query.OtherTables.All(t => catalog.Find(t) is not null)
            ? reads.ScanAsync(table.Database.Id, (entry, query, after, rows), ExportRead.ReadAsync, ct)
            : new(Error.StaleTable);
}
