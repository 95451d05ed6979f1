using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Reading;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Exports of tables: each part waits its turn and has its deadline like a list.</summary>
internal sealed class SqliteExportStore(Scanner scanner) : IExportStore
{
    public ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct) => scanner.RunAsync(
        table.Database.Id, [table.Table, .. query.OtherTables],
        (database, reader) => new ValueTask<Result<ExportPosition?>>(ExportRead.Read(database, reader, table.Table, query, after, rows)), ct);
}
