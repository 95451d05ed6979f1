using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Exports;

/// <summary>Whole tables out, in constant memory.</summary>
public sealed class ExportService(TableService tables, IExportStore store, TimeProvider clock)
{
    /// <summary>
    /// Opens the table and reads its first rows. Fails with what opening the table fails with, invalid_parameter, invalid_filter, or as the store does.
    /// </summary>
    public ValueTask<Result<TableExport>> BeginAsync(
        Caller caller, DatabaseName database, TableName name, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken ct) =>
        Staleness.RetryAsync(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead, ct)).TryGet(out var table, out var error)
                || !ExportQuery.Parse(table, parameters, clock.GetUtcNow()).TryGet(out var query, out error))
                return error;
            return await BeginAsync(table, query, ct);
        }, ct);

    private async ValueTask<Result<TableExport>> BeginAsync(OpenTable table, ExportQuery query, CancellationToken ct)
    {
        var rows = new Utf8Buffer(16 * 1024);
        try
        {
            if ((await store.ReadAsync(table, query, after: null, rows, ct)).TryGet(out var position, out var error))
                return new TableExport(table, query, store, clock, rows, position);
            rows.Dispose();
            return error;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
