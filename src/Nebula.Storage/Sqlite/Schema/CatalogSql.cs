using Nebula.Core;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Nebula's own table in each database: what SQL can't say of a table. Part of the file, so that a copy of it is the whole.</summary>
internal static class CatalogSql
{
    /// <summary>Its key is the table's identity; AUTOINCREMENT so that a dropped table's is never given again.</summary>
    public const string CreateTable = """
        CREATE TABLE IF NOT EXISTS _nebula_tables (
          table_id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE COLLATE NOCASE,
          timestamps TEXT NOT NULL,
          created_at TEXT NOT NULL)
        """;

    public const string CountOrphans = $"SELECT count(*) FROM _nebula_tables WHERE {IsOrphan}";

    public const string DropOrphans = $"DELETE FROM _nebula_tables WHERE {IsOrphan}";

    /// <summary>Another program dropped the table.</summary>
    private const string IsOrphan = "NOT EXISTS (SELECT 1 FROM sqlite_schema m WHERE m.type = 'table' AND m.name = _nebula_tables.name COLLATE NOCASE)";

    /// <summary>Enters a table.</summary>
    /// <param name="timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
    public static void Add(Connection connection, string name, string timestamps, DateTimeOffset createdAt)
    {
        var insert = connection.Prepare("INSERT INTO _nebula_tables (name, timestamps, created_at) VALUES (?1, ?2, ?3)");
        try
        {
            insert.Bind(1, name);
            insert.Bind(2, timestamps);
            insert.Bind(3, Timestamps.ToText(createdAt));
            insert.Step();
        }
        finally
        {
            insert.Reset();
        }
    }

    public static void Remove(Connection connection, string name)
    {
        var delete = connection.Prepare("DELETE FROM _nebula_tables WHERE name = ?1");
        try
        {
            delete.Bind(1, name);
            delete.Step();
        }
        finally
        {
            delete.Reset();
        }
    }
}
