using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Removes a table with its rows, unless another one refers to it.</summary>
internal sealed class DropTable(OpenTable table, CancellationToken ct) : WriteOperation<Done>(table.Caller, ct)
{
    private const string SelectReferrer = """
        SELECT m.name FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
        WHERE m.type = 'table' AND lower(f."table") = lower(?1) AND lower(m.name) <> lower(?1) LIMIT 1
        """;

    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override Error? Execute(WriteContext context)
    {
        // By identity: it may have been renamed, or dropped and made anew, since the caller was let in.
        if (context.Catalog.Find(table.Table.Id) is not { } entry)
            return new Error(ErrorCodes.TableNotFound, $"There is no table '{table.Table.Name}' in this database.");
        if (FindReferrer(context.Connection, entry.Table.Name) is { } referrer)
            return new Error(ErrorCodes.TableReferenced, $"The table '{referrer}' refers to '{entry.Table.Name}'.") { Hint = "Drop that table first." };

        foreach (var sql in FullTextSchema.Drop(entry.Table.Id))
            context.Connection.Execute(sql);
        context.Connection.Execute($"DROP TABLE {Identifier.Quote(entry.Table.Name)}");
        CatalogSql.Remove(context.Connection, entry.Table.Name);
        return null;
    }

    protected override Done Value() => new();

    private static string? FindReferrer(Connection connection, string name)
    {
        var select = connection.Prepare(SelectReferrer);
        try
        {
            select.Bind(1, name);
            return select.Step() ? select.Text(0) : null;
        }
        finally
        {
            select.Reset();
        }
    }
}
