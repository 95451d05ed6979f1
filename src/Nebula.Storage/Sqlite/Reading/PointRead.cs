using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Reads one record by its key.</summary>
internal static class PointRead
{
    public static Result<Record> Get(OpenDatabase database, Connection reader, Table table, RecordId id, IReadOnlyList<Column>? fields)
    {
        if (database.Catalog.Find(table) is not { } entry)
            return Error.StaleTable;

        var get = reader.Prepare(entry.Sql.Get);
        var json = new Utf8Buffer();
        try
        {
            DraftBinding.Bind(get, 1, id);
            if (!get.Step())
            {
                json.Dispose();
                return RecordErrors.NotFound(id);
            }

            entry.Json.Write<StatementRow, ColumnValue>(json, new(get));
            var tag = EntityTag.Of(json.Span);
            if (fields is not null)
            {
                // The tag is of all columns, so the row is written in full first.
                json.Truncate(0);
                RowJson.OfSome(fields).Write<StatementRow, ColumnValue>(json, new(get));
            }

            if (database.IsCurrent(table))
                return new Record(id, json, tag);
            json.Dispose();
            return Error.StaleTable;
        }
        catch
        {
            json.Dispose();
            throw;
        }
        finally
        {
            get.Reset();
        }
    }
}
