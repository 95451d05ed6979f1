using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads one part of an export: few enough rows that nothing waits for it, enough that asking for each costs little.</summary>
internal static class ExportRead
{
    private const int MaxRows = 1000;
    private const int MaxBytes = 256 * 1024;

    public static Result<ExportPosition?> Read(OpenDatabase database, Connection reader, Table table, ExportQuery query, ExportPosition? after, Utf8Buffer rows)
    {
        if (database.Catalog.Find(table) is not { } entry || query.OtherTables.Any(t => database.Catalog.Find(t) is null))
            return Error.StaleTable;
        if (entry.RowKey is not { } order)
            return RecordErrors.WithoutOrder(table);

        if (after is null && query.Format == ExportFormat.Csv)
            RowCsv.WriteHeader(rows, query.Fields);
        var parameters = new SqlParameters(entry.Dialect);
        var select = reader.Prepare(ExportSql.Write(entry.Dialect, table, query, order, after, MaxRows, parameters));
        try
        {
            for (var i = 0; i < parameters.Values.Count; i++)
                DraftBinding.Bind(select, i + 1, parameters.Values[i].Value);
            return ReadRows(select, query, order, rows);
        }
        finally
        {
            select.Reset();
        }
    }

    private static ExportPosition? ReadRows(Statement select, ExportQuery query, IReadOnlyList<KeyTerm> order, Utf8Buffer rows)
    {
        var (json, row) = (RowJson.Of(query.Fields), new StatementRow(select));
        for (var count = 1; select.Step(); count++)
        {
            if (query.Format == ExportFormat.Csv)
            {
                RowCsv.Write<StatementRow, ColumnValue>(rows, row, query.Fields);
            }
            else
            {
                json.Write<StatementRow, ColumnValue>(rows, row);
                rows.Write((byte)'\n');
            }

            if (count == MaxRows || rows.Length >= MaxBytes)
                return new ExportPosition([.. order.Select((_, i) => select.Value(query.Fields.Count + i).ToTyped())]);
        }

        return null;
    }
}
