using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads the groups of an aggregate.</summary>
internal static class AggregateRead
{
    public static Result<GroupRows> Run(OpenDatabase database, Connection reader, Table table, AggregateQuery query)
    {
        var catalog = database.Catalog;
        if (catalog.Find(table) is not { } entry || query.OtherTables.Any(t => catalog.Find(t) is null))
            return Error.StaleTable;

        var (sql, parameters) = AggregateSql.Write(entry.Dialect, table, query);
        var json = RowJson.Of(query.Outputs);
        var select = reader.Prepare(sql);
        var rows = new Utf8Buffer(4096);
        try
        {
            for (var i = 0; i < parameters.Count; i++)
                DraftBinding.Bind(select, i + 1, parameters[i].Value);
            while (select.Step())
            {
                if (rows.Length > 0)
                    rows.Write((byte)',');
                json.Write<StatementRow, ColumnValue>(rows, new(select));
                if (rows.Length <= PageBound.MaxBytes)
                    continue;
                rows.Dispose();
                return PageBound.TooLarge;
            }

            return new GroupRows(rows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        finally
        {
            select.Reset();
        }
    }
}
