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

    public static IEnumerable<string> Create(PostgresDialect dialect, IEnumerable<Table> tables)
    {
        yield return $"CREATE TABLE {dialect.Table(TableName)} (xid xid8 NOT NULL DEFAULT pg_current_xact_id(), table_id bigint NOT NULL, key text COLLATE \"C\" NOT NULL)";
        yield return $"CREATE INDEX ON {dialect.Table(TableName)} (xid)";
        yield return $"""
            CREATE FUNCTION {dialect.Table(Function)}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP <> 'INSERT' THEN INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES (TG_ARGV[0]::bigint, OLD.id::text); END IF;
              IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.id IS DISTINCT FROM OLD.id) THEN INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES (TG_ARGV[0]::bigint, NEW.id::text); END IF;
              RETURN NULL;
            END
            $$
            """;
        yield return $"""
            CREATE FUNCTION {dialect.Table(Function + "_answer")}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO {dialect.Table(TableName)} (table_id, key) VALUES ({Answers}, NEW.seq::text);
              RETURN NULL;
            END
            $$
            """;
        yield return $"CREATE TRIGGER {Trigger} AFTER INSERT OR UPDATE ON {dialect.Table(OwnTables.Answers)} FOR EACH ROW EXECUTE FUNCTION {dialect.Table(Function + "_answer")}()";
        foreach (var table in tables)
        {
            var id = table.Id.Value.ToString(CultureInfo.InvariantCulture);
            yield return $"CREATE TRIGGER {Trigger} AFTER INSERT OR UPDATE OR DELETE ON {dialect.Table(table.Name)} FOR EACH ROW EXECUTE FUNCTION {dialect.Table(Function)}('{id}')";
        }
    }

    /// <summary>Does nothing where there is none; the triggers go with their functions.</summary>
    public static IEnumerable<string> Drop(PostgresDialect dialect) =>
    [
        $"DROP FUNCTION IF EXISTS {dialect.Table(Function)}() CASCADE",
        $"DROP FUNCTION IF EXISTS {dialect.Table(Function + "_answer")}() CASCADE",
        $"DROP TABLE IF EXISTS {dialect.Table(TableName)}",
    ];
}
