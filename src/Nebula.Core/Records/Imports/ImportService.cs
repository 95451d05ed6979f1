using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Many records in, in constant memory.</summary>
public sealed class ImportService(TableService tables, IImportStore store, QuotaService quotas, TimeProvider clock)
{
    /// <summary>
    /// Reads a body to its end and adds its rows. Fails with what opening the table fails with, with invalid_body, and where rows are not skipped with invalid_record or a violated
    /// constraint; nothing is imported then.
    /// </summary>
    public async ValueTask<Result<ImportReport>> ImportAsync(
        Caller caller, DatabaseName database, TableName name, ImportRequest request, Stream body, CancellationToken ct)
    {
        if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error))
            return error;
        if (await quotas.CheckBytesAsync(table.Database, ct) is { } full)
            return full;

        using var buffer = new BodyBuffer(body);
        using RowReader rows = request.Format == ImportFormat.Csv
            ? new CsvRowReader(table.Table, request, buffer)
            : new NdjsonRowReader(table.Table, request, buffer);
        if (await rows.BeginAsync(ct) is { } fault)
            return fault;
        var import = new ImportRun(store, quotas, clock, table, buffer, rows);
        return request.SkipsBadRows ? await import.SkipAsync(ct) : await import.AbortAsync(ct);
    }
}
