using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads one part of an export.</summary>
internal static class ExportRead
{
    public static Result<ExportPosition?> Read(OpenDatabase database, Connection reader, Table table, ExportQuery query, ExportPosition? after, Utf8Buffer rows)
    {
        if (database.Catalog.Find(table) is not { } entry || query.OtherTables.Any(t => database.Catalog.Find(t) is null))
            return Error.StaleTable;
        if (entry.RowKey is not { } order)
            return RecordErrors.WithoutOrder(table);

        var part = new ExportPart(query, rows);
        if (after is null)
            part.Begin();
        var parameters = new SqlParameters(entry.Dialect);
        var select = reader.Prepare(ExportSql.Write(entry.Dialect, table, query, order, after, ExportPart.MaxRows, parameters));
        try
        {
            for (var i = 0; i < parameters.Values.Count; i++)
                DraftBinding.Bind(select, i + 1, parameters.Values[i].Value);
            while (select.Step())
            {
                if (part.Add<StatementRow, ColumnValue>(new(select)))
                    return new ExportPosition([.. order.Select((_, i) => select.Value(query.Fields.Count + i).ToTyped())]);
            }

            return Result.Success<ExportPosition?>(null);
        }
        finally
        {
            select.Reset();
        }
    }
}
