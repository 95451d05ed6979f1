using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Nebula's own table in each database: what SQL can't say of a table. Part of the file, so that a copy of it is the whole.</summary>
internal static class CatalogSql
{
    private static readonly string[] _added = ["definition", "types"];

    /// <summary>Its key is the table's identity; AUTOINCREMENT so that a dropped table's is never given again.</summary>
    public const string CreateTable = """
        CREATE TABLE IF NOT EXISTS _nebula_tables (
          table_id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE COLLATE NOCASE,
          timestamps TEXT NOT NULL,
          created_at TEXT NOT NULL,
          definition TEXT,
          types TEXT)
        """;

    /// <summary>Adds columns that databases which were made before them lack: what was declared, and the types that were found in tables of other programs.</summary>
    public static IEnumerable<string> AddMissing(Connection connection) =>
        _added
            .Where(column => connection.ExecuteInteger($"SELECT count(*) FROM pragma_table_info('_nebula_tables') WHERE name = '{column}'") == 0)
            .Select(column => $"ALTER TABLE _nebula_tables ADD COLUMN {column} TEXT");

    public const string CountOrphans = $"SELECT count(*) FROM _nebula_tables WHERE {IsOrphan}";

    public const string DropOrphans = $"DELETE FROM _nebula_tables WHERE {IsOrphan}";

    /// <summary>Another program dropped the table.</summary>
    private const string IsOrphan = "NOT EXISTS (SELECT 1 FROM sqlite_schema m WHERE m.type = 'table' AND m.name = _nebula_tables.name COLLATE NOCASE)";

    /// <summary>Enters a table.</summary>
    /// <param name="timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
    /// <param name="definition">What was declared, for a table that Nebula makes.</param>
    /// <param name="id">Which one it has already; null for a new one.</param>
    public static TableId Add(Connection connection, string name, string timestamps, DateTimeOffset createdAt, TableDefinition? definition, TableId? id = null)
    {
        var insert = connection.Prepare("INSERT INTO _nebula_tables (name, timestamps, created_at, definition, table_id) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING table_id");
        try
        {
            if (id is { } given)
                insert.Bind(5, given.Value);
            else
                insert.BindNull(5);
            insert.Bind(1, name);
            insert.Bind(2, timestamps);
            insert.Bind(3, Timestamps.ToText(createdAt));
            BindDefinition(insert, 4, definition);
            insert.Step();
            return new TableId(insert.Integer(0));
        }
        finally
        {
            insert.Reset();
        }
    }

    /// <summary>The types that were found for a table's columns.</summary>
    public static ColumnTypeMap GetTypes(Connection connection, TableId id)
    {
        var select = connection.Prepare("SELECT types FROM _nebula_tables WHERE table_id = ?1");
        try
        {
            select.Bind(1, id.Value);
            return ColumnTypeMap.Parse(select.Step() ? select.TextOrNull(0) : null);
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>Enters the types that were found for a table's columns.</summary>
    public static void SetTypes(Connection connection, TableId id, byte[] types)
    {
        var update = connection.Prepare("UPDATE _nebula_tables SET types = ?2 WHERE table_id = ?1");
        try
        {
            update.Bind(1, id.Value);
            update.BindCopiedText(2, types);
            update.Step();
        }
        finally
        {
            update.Reset();
        }
    }

    /// <summary>Enters what a table is called and how it is declared from now on.</summary>
    public static void Change(Connection connection, TableId id, string name, TableDefinition? definition)
    {
        var update = connection.Prepare("UPDATE _nebula_tables SET name = ?2, definition = ?3 WHERE table_id = ?1");
        try
        {
            update.Bind(1, id.Value);
            update.Bind(2, name);
            BindDefinition(update, 3, definition);
            update.Step();
        }
        finally
        {
            update.Reset();
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

    private static void BindDefinition(Statement statement, int index, TableDefinition? definition)
    {
        if (definition is null)
            statement.BindNull(index);
        else
            statement.BindCopiedText(index, TableDefinitionJson.Write(definition));
    }
}
