using Nebula.Core;
using Nebula.Core.Changes;
using Nebula.Core.Records;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// The change log of one database: rows of <c>_nebula_changes</c>, written in the transaction of the change, the oldest dropped as new ones come. Off until
/// something reads it (a move, later realtime and webhooks). Used by the writer's thread, but for <see cref="IsOn"/>.
/// </summary>
internal sealed class ChangeLog(Connection connection, TimeProvider clock)
{
    /// <summary>How many entries are kept at least.</summary>
    public const long Retention = 100_000;

    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS _nebula_changes (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, table_name TEXT NOT NULL, record_id INTEGER NOT NULL, op INTEGER NOT NULL)
        """;

    private volatile bool _isOn;

    public bool IsOn => _isOn;

    /// <summary>Turns the log on; must run inside the writer's transaction.</summary>
    public void TurnOn()
    {
        connection.Execute(CreateTable);
        _isOn = true;
    }

    public void TurnOff() => _isOn = false;

    /// <summary>Appends what the transaction changed; the last thing before its commit.</summary>
    public void Append(RowChanges changes)
    {
        if (changes.Log.Count == 0)
            return;

        var now = Timestamps.ToText(clock.GetUtcNow());
        var insert = connection.Prepare("INSERT INTO _nebula_changes (at, table_name, record_id, op) VALUES (?1, ?2, ?3, ?4)");
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

        connection.Execute($"DELETE FROM _nebula_changes WHERE seq <= (SELECT max(seq) FROM _nebula_changes) - {Retention}");
    }

    /// <summary>Entries after a sequence number, oldest first.</summary>
    public static IReadOnlyList<RecordChange> Read(Connection reader, long after, int limit)
    {
        var entries = new List<RecordChange>();
        var select = reader.Prepare("SELECT seq, at, table_name, record_id, op FROM _nebula_changes WHERE seq > ?1 ORDER BY seq LIMIT ?2");
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
