using Nebula.Core;
using Nebula.Core.Changes;
using Nebula.Core.Records;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// The change log of one database: rows of <c>_nebula_changes</c>, written in the transaction of the change, the oldest dropped as new ones come. Off until
/// something reads it (a move, later realtime and webhooks); on as long as its table is there (<see cref="DatabaseCatalog.KeepsLog"/>), so that a database that
/// is closed and opened again misses nothing. Used by the writer's thread.
/// </summary>
internal sealed class ChangeLog(Connection connection, TimeProvider clock)
{
    /// <summary>How many entries are kept at least.</summary>
    public const long Retention = 100_000;

    public const string TableName = "_nebula_changes";

    private const string CreateTable = $"""
        CREATE TABLE IF NOT EXISTS {TableName} (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, table_name TEXT NOT NULL, record_id INTEGER NOT NULL, op INTEGER NOT NULL)
        """;

    /// <summary>Turns the log on from the next transaction on. A change of the schema: runs in a transaction of its own.</summary>
    public void TurnOn() => connection.Execute(CreateTable);

    /// <summary>Turns the log off from the next transaction on, and drops its entries. A change of the schema: runs in a transaction of its own.</summary>
    public void TurnOff()
    {
        // SQLite forgets the sequence with the table; it finds what is noted here when the table is made again, so that no number comes twice.
        var last = connection.ExecuteInteger($"SELECT seq FROM sqlite_sequence WHERE name = '{TableName}'");
        connection.Execute($"DROP TABLE IF EXISTS {TableName}");
        connection.Execute($"DELETE FROM sqlite_sequence WHERE name = '{TableName}'");
        connection.Execute($"INSERT INTO sqlite_sequence (name, seq) VALUES ('{TableName}', {last})");
    }

    /// <summary>Appends what the transaction changed; the last thing before its commit.</summary>
    public void Append(RowChanges changes)
    {
        if (changes.Log.Count == 0)
            return;

        var now = Timestamps.ToText(clock.GetUtcNow());
        var insert = connection.Prepare($"INSERT INTO {TableName} (at, table_name, record_id, op) VALUES (?1, ?2, ?3, ?4)");
        try
        {
            foreach (var (table, record, kind) in changes.Log)
            {
                insert.Bind(1, now);
                insert.Bind(2, table.Table.Name);
                insert.Bind(3, record.Value);
                insert.Bind(4, (long)kind);
                insert.Step();
                insert.Reset();
            }
        }
        finally
        {
            insert.Reset();
        }

        connection.Execute($"DELETE FROM {TableName} WHERE seq <= (SELECT max(seq) FROM {TableName}) - {Retention}");
    }

    /// <summary>Entries after a sequence number, oldest first.</summary>
    public static IReadOnlyList<RecordChange> Read(Connection reader, long after, int limit)
    {
        var entries = new List<RecordChange>();
        var select = reader.Prepare($"SELECT seq, at, table_name, record_id, op FROM {TableName} WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        try
        {
            select.Bind(1, after);
            select.Bind(2, limit);
            while (select.Step())
            {
                _ = Timestamps.TryParse(select.Text(1), out var at);
                entries.Add(new RecordChange(select.Integer(0), at, select.Text(2), new RecordId(select.Integer(3)), (ChangeKind)select.Integer(4)));
            }
        }
        finally
        {
            select.Reset();
        }

        return entries;
    }
}
