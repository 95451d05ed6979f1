using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Gives an entry to each table that has none, and drops entries whose table is gone, so that every table has an identity.</summary>
internal static class TableAdoption
{
    /// <param name="createdAt">When tables that nobody entered are said to be made.</param>
    public static void Run(Connection connection, DateTimeOffset createdAt)
    {
        var isNew = connection.ExecuteInteger("SELECT count(*) FROM sqlite_schema WHERE name = '_nebula_tables'") == 0;
        List<string> missing = isNew ? [] : [.. CatalogSql.AddMissing(connection)];
        if (!isNew && missing.Count == 0 && SchemaReader.ReadUnknown(connection).Count == 0 && connection.ExecuteInteger(CatalogSql.CountOrphans) == 0)
            return;

        var ownsTransaction = !connection.IsInTransaction;
        if (ownsTransaction)
            connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute(CatalogSql.CreateTable);
            foreach (var add in missing)
                connection.Execute(add);
            connection.Execute(CatalogSql.DropOrphans);
            foreach (var (name, timestamps) in SchemaReader.ReadUnknown(connection))
                CatalogSql.Add(connection, name, timestamps, createdAt, definition: null);
            if (ownsTransaction)
                connection.Execute("COMMIT");
        }
        catch
        {
            if (ownsTransaction && connection.IsInTransaction)
                connection.Execute("ROLLBACK");
            throw;
        }
    }
}
