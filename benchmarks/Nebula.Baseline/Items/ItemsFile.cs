using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.Items;

/// <summary>The database file: the same table as the one that the ladder makes in Nebula, so that rows are equal in size.</summary>
internal sealed class ItemsFile(string path, bool isSynced)
{
    public const string Columns = "id, name, note, amount, price, created_at, updated_at";

    /// <summary>100 rows of these are 11 KB of JSON, which the goals for lists were set with.</summary>
    public const string ColumnsOfElevenKilobytes = "id, name, note, amount, price, created_at";

    /// <summary>Opens a connection, making file and table where there are none.</summary>
    public Connection Open()
    {
        var connection = new Connection(path);
        connection.Execute("PRAGMA busy_timeout=10000");
        connection.Execute("PRAGMA journal_mode=WAL");
        connection.Execute(isSynced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        connection.Execute("PRAGMA temp_store=MEMORY");
        connection.Execute("PRAGMA cache_size=-2048");
        connection.Execute("PRAGMA wal_autocheckpoint=4000");
        connection.Execute(
            """
            CREATE TABLE IF NOT EXISTS items (
                id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, note TEXT, amount INTEGER, price REAL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL)
            """);
        return connection;
    }
}
