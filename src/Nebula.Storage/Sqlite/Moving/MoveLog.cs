using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Moving;

/// <summary>
/// The log of a database that is moved: triggers write the key of each record that changes into a table of the database itself, in the transaction of the change. Unlike the log of changes they see what
/// other programs write, and the keys of removed records that are no integers; and none of it is dropped before the move has read it.
/// </summary>
internal static class MoveLog
{
    public const string TableName = "_nebula_moving";

    /// <summary>What the names of the triggers begin with; the table's identity follows.</summary>
    public const string TriggerPrefix = "_nebula_log_";

    /// <summary>Stands for the kept answers among the tables.</summary>
    public const long Answers = 0;

    /// <summary>Begins it. Inside of a transaction.</summary>
    public static void Create(Connection connection, IEnumerable<Table> tables)
    {
        connection.Execute($"CREATE TABLE {TableName} (seq INTEGER PRIMARY KEY AUTOINCREMENT, table_id INTEGER NOT NULL, key ANY NOT NULL)");
        connection.Execute(KeptAnswers.CreateTable);
        connection.Execute(Trigger(Answers, "ai", "INSERT", KeptAnswers.TableName, "SELECT 0, new.seq"));
        foreach (var table in tables)
        {
            var (id, name, key) = (table.Id.Value, table.Name, Identifier.Quote(table.KeyColumns[0].Name));
            connection.Execute(Trigger(id, "ai", "INSERT", name, $"SELECT {id}, new.{key}"));
            connection.Execute(Trigger(id, "au", "UPDATE", name, $"SELECT {id}, new.{key} UNION SELECT {id}, old.{key}"));
            connection.Execute(Trigger(id, "ad", "DELETE", name, $"SELECT {id}, old.{key}"));
        }
    }

    /// <summary>Ends it. Does nothing where there is none.</summary>
    public static void Drop(Connection connection)
    {
        foreach (var trigger in Names(connection, $"SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB '{TriggerPrefix}*'"))
            connection.Execute($"DROP TRIGGER {Identifier.Quote(trigger)}");
        connection.Execute($"DROP TABLE IF EXISTS {TableName}");
    }

    public static IReadOnlyList<string> Names(Connection connection, string sql)
    {
        var names = new List<string>();
        var select = connection.Prepare(sql);
        try
        {
            while (select.Step())
                names.Add(select.Text(0));
            return names;
        }
        finally
        {
            select.Reset();
        }
    }

    private static string Trigger(long id, string suffix, string when, string table, string entries) =>
        $"CREATE TRIGGER {TriggerPrefix}{id}_{suffix} AFTER {when} ON {Identifier.Quote(table)} BEGIN INSERT INTO {TableName} (table_id, key) {entries}; END";
}
