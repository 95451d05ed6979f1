using System.Globalization;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// The log of a database that is moved: triggers write the key of each record that changes into a table of the database itself, in the transaction of the change. They see cascades, and what other programs
/// write. Entries bear their transaction, because sequence numbers don't commit in order: what one snapshot holds and an earlier one did not is told by those.
/// </summary>
internal static class MoveLog
{
    public const string TableName = "_nebula_moving";

    /// <summary>Stands for the kept answers among the tables.</summary>
    public const long Answers = 0;

    private const string Function = "_nebula_note_move";
    private const string Trigger = "_nebula_move";

    /// <summary>The log itself, and its trigger on the kept answers.</summary>
    public static IEnumerable<string> Create(PostgresDialect dialect) =>
    [
        $"CREATE TABLE {dialect.Table(TableName)} (xid xid8 NOT NULL DEFAULT pg_current_xact_id(), table_id bigint NOT NULL, key text COLLATE \"C\" NOT NULL)",
        $"CREATE INDEX ON {dialect.Table(TableName)} (xid)",
        $"""
            CREATE FUNCTION {dialect.Table(Function)}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'Nebula is moving the table: it can''t be truncated, only its rows be deleted' USING ERRCODE = 'object_in_use'; END IF;
              IF TG_OP <> 'INSERT' THEN INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES (TG_ARGV[0]::bigint, OLD.id::text); END IF;
              IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.id IS DISTINCT FROM OLD.id) THEN INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES (TG_ARGV[0]::bigint, NEW.id::text); END IF;
              RETURN NULL;
            END
            $$
            """,
        $"""
            CREATE FUNCTION {dialect.Table(Function + "_answer")}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES ({Answers}, NEW.seq::text);
              RETURN NULL;
            END
            $$
            """,
        $"CREATE TRIGGER {Trigger} AFTER INSERT OR UPDATE ON {dialect.Table(OwnTables.Answers)} FOR EACH ROW EXECUTE FUNCTION {dialect.Table(Function + "_answer")}()",
    ];

    /// <summary>The triggers on one table. No row says what a TRUNCATE takes away, so there is to be none meanwhile.</summary>
    public static IEnumerable<string> Watch(PostgresDialect dialect, Table table)
    {
        var (name, id) = (dialect.Table(table.Name), table.Id.Value.ToString(CultureInfo.InvariantCulture));
        return
        [
            $"CREATE TRIGGER {Trigger} AFTER INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {dialect.Table(Function)}('{id}')",
            $"CREATE TRIGGER {Trigger}_truncate BEFORE TRUNCATE ON {name} EXECUTE FUNCTION {dialect.Table(Function)}()",
        ];
    }

    /// <summary>The names of the tables of a schema that have a trigger; the name of the schema is the parameter.</summary>
    public const string SelectWatched =
        $"""
        SELECT DISTINCT c.relname::text FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = $1 AND t.tgname IN ('{Trigger}', '{Trigger}_truncate')
        """;

    public static IEnumerable<string> Unwatch(PostgresDialect dialect, string table) =>
        [$"DROP TRIGGER IF EXISTS {Trigger} ON {dialect.Table(table)}", $"DROP TRIGGER IF EXISTS {Trigger}_truncate ON {dialect.Table(table)}"];

    /// <summary>Does nothing where there is none. Triggers that there still are go with their functions.</summary>
    public static IEnumerable<string> Drop(PostgresDialect dialect) =>
    [
        $"DROP FUNCTION IF EXISTS {dialect.Table(Function)}() CASCADE",
        $"DROP FUNCTION IF EXISTS {dialect.Table(Function + "_answer")}() CASCADE",
        $"DROP TABLE IF EXISTS {dialect.Table(TableName)}",
    ];
}
