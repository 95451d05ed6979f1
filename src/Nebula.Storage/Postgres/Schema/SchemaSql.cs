using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>What is asked of the server to know the tables of a database. Numbers of tables (oid) and of columns (attnum) join the answers. Parameter 1 is the schema's name.</summary>
internal static class SchemaSql
{
    /// <summary>One snapshot for all of the questions.</summary>
    public const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    public const string End = "COMMIT";

    private const string Tables = "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace AND s.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '\\_nebula%'";

    /// <summary>Whether the database has its own tables at all.</summary>
    public const string SelectIsThere = "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace AND s.nspname = $1 WHERE c.relname = '" + OwnTables.State + "'";

    /// <summary>Whether each write goes into the change log.</summary>
    public const string SelectKeepsLog = "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace AND s.nspname = $1 WHERE c.relname = '" + OwnTables.Changes + "'";

    /// <summary>A column that PostgreSQL computes has a default that is none.</summary>
    public const string SelectColumns = $"""
        SELECT c.oid::bigint, a.attnum::bigint, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
          CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, a.attgenerated <> '', a.attidentity <> ''
        {Tables} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        ORDER BY c.oid, a.attnum
        """;

    /// <summary>The columns of an index as numbers with blanks between them; 0 stands for an expression.</summary>
    public const string SelectIndexes = $"""
        SELECT c.oid::bigint, x.relname::text, i.indisunique, CASE k.contype WHEN 'p' THEN 'pk' WHEN 'u' THEN 'u' ELSE 'c' END, i.indpred IS NOT NULL, i.indkey::text
        {Tables} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisvalid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = c.oid AND k.contype IN ('p', 'u')
        ORDER BY c.oid, x.oid
        """;

    /// <summary>References of several columns have several rows of one name.</summary>
    public const string SelectForeignKeys = $"""
        SELECT c.oid::bigint, k.oid::bigint, k.conname::text, a.attname::text, t.relname::text, b.attname::text,
          CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END
        {Tables} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
        JOIN pg_catalog.pg_class t ON t.oid = k.confrelid AND t.relnamespace = c.relnamespace
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u(source, target)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.source
        JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid AND b.attnum = u.target
        ORDER BY c.oid, k.oid
        """;

    /// <summary>Nebula's own entries with the number of the table that each has.</summary>
    public static string SelectTables(PostgresDialect dialect) => $"""
        SELECT c.oid::bigint, n.table_id, n.name, n.timestamps, n.created_at, n.definition
        {Tables} JOIN {dialect.Table(OwnTables.Tables)} n ON n.name = c.relname
        ORDER BY n.table_id
        """;

    public static string SelectVersion(PostgresDialect dialect) => $"SELECT version FROM {dialect.Table(OwnTables.State)}";
}
