using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// What another program made in a database's schema and no definition describes, so that a copy would not have it. A table is compared with an empty one that is made of its definition: PostgreSQL writes
/// the same constraint in the same way for both.
/// </summary>
internal static class UndescribedObjects
{
    // Columns that Nebula keeps for itself come and go with its indexes.
    private const string SelectParts = """
        WITH tables AS (
          SELECT c.oid, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND c.relname = $2)
        SELECT 'column', t.relname || '.' || a.attname, a.attname::text
        FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT LIKE '\_nebula%'
        UNION ALL
        SELECT 'default', t.relname || '.' || a.attname, concat_ws(' ', a.attname, a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
        FROM tables t JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.adnum AND a.attname NOT LIKE '\_nebula%'
        UNION ALL
        SELECT 'identity', t.relname || '.' || a.attname, a.attname::text
        FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attidentity <> '' AND NOT a.attisdropped
        UNION ALL
        SELECT 'constraint', t.relname || '.' || k.conname, pg_catalog.pg_get_constraintdef(k.oid)
        FROM tables t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('c', 'p', 'u', 'x')
        UNION ALL
        SELECT 'index', x.relname::text, concat_ws(' ', i.indisunique, x.relam, i.indoption, i.indclass, i.indcollation, pg_catalog.pg_get_expr(i.indpred, i.indrelid),
          (SELECT string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, n, false), ', ' ORDER BY n) FROM generate_series(1, i.indnatts) AS n))
        FROM tables t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x'))
        """;

    /// <summary>Those of several columns have no definition.</summary>
    private const string SelectReferences = """
        SELECT c.relname || '.' || k.conname, c.relname::text,
          CASE WHEN cardinality(k.conkey) = 1 AND k.confupdtype = 'a' THEN concat_ws(' ', a.attname, s.nspname, t.relname, b.attname, k.confdeltype) ELSE '' END
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class t ON t.oid = k.confrelid JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.confkey[1]
        WHERE n.nspname = $1 AND k.contype = 'f' AND k.conparentid = 0
        """;

    // What is neither a relation, a type nor a function is told by what depends on the schema: operators, collations, statistics and more.
    private const string SelectOthers = """
        WITH s AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
        SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END, c.relname::text
        FROM pg_catalog.pg_class c JOIN s ON s.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relname NOT LIKE '\_nebula%'
          AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))
        UNION ALL
        SELECT 'trigger', t.tgname::text FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN s ON s.oid = c.relnamespace WHERE NOT t.tgisinternal
        UNION ALL
        SELECT 'rule', r.rulename::text FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN s ON s.oid = c.relnamespace WHERE r.rulename <> '_RETURN'
        UNION ALL
        SELECT 'policy', p.polname::text FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN s ON s.oid = c.relnamespace
        UNION ALL
        SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.proname::text FROM pg_catalog.pg_proc p JOIN s ON s.oid = p.pronamespace WHERE p.proname NOT LIKE '\_nebula%'
        UNION ALL
        SELECT 'type', t.typname::text FROM pg_catalog.pg_type t JOIN s ON s.oid = t.typnamespace
        WHERE t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'b' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type e WHERE e.typarray = t.oid))
        UNION ALL
        SELECT o.type, o.name FROM pg_catalog.pg_depend d JOIN s ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = s.oid
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) AS o
        WHERE d.classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass)
        """;

    /// <summary>Each with its kind and its name. The connection has a transaction, of which nothing stays.</summary>
    public static async ValueTask<IReadOnlyList<string>> FindAsync(MoveConnection connection, PostgresDialect dialect, IReadOnlyList<Table> tables, CancellationToken ct)
    {
        var own = tables.Where(t => t is { IsOwn: true, KeyColumns: [_] }).ToDictionary(t => t.Name, StringComparer.Ordinal);
        var others = await connection.QueryAsync(SelectOthers, row => (Kind: row.GetString(0), Name: row.IsDBNull(1) ? "" : row.GetString(1)), [Binding.Of(dialect.Schema)], ct);
        var found = others.Where(o => o.Kind != "table" || !own.ContainsKey(o.Name)).Select(o => $"{o.Kind} '{o.Name}'").ToList();

        var references = await connection.QueryAsync(SelectReferences, row => (Name: row.GetString(0), Table: row.GetString(1), Says: row.GetString(2)), [Binding.Of(dialect.Schema)], ct);
        found.AddRange(references.Where(r => own.TryGetValue(r.Table, out var table) && !References(dialect, table).Contains(r.Says)).Select(r => $"constraint '{r.Name}'"));

        var empty = new PostgresDialect($"{dialect.Schema}_described");
        foreach (var table in own.Values)
        {
            var parts = await PartsAsync(connection, dialect, table, ct);

            // Rolled back, it holds no locks any more, of which a server has a bounded number.
            await connection.ExecuteAsync(["SAVEPOINT described", $"CREATE SCHEMA {Identifier.Quote(empty.Schema)}"], ct);
            await CreateAsync(connection, empty, table, ct);
            var described = (await PartsAsync(connection, empty, table, ct)).Select(p => (p.Kind, p.Says)).ToHashSet();
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT described", ct);
            var undescribed = parts.Where(p => !described.Contains((p.Kind, p.Says))).ToList();
            found.AddRange(undescribed.DistinctBy(p => p.Name).Select(p => $"{p.Kind} '{p.Name}'")); // of a column not its default too
        }

        return found;
    }

    private static async ValueTask<List<(string Kind, string Name, string Says)>> PartsAsync(MoveConnection connection, PostgresDialect dialect, Table table, CancellationToken ct) =>
        await connection.QueryAsync(SelectParts, row => (row.GetString(0), row.GetString(1), row.GetString(2)), [Binding.Of(dialect.Schema), Binding.Of(table.Name)], ct);

    private static async ValueTask CreateAsync(MoveConnection connection, PostgresDialect dialect, Table table, CancellationToken ct)
    {
        var definition = DefinitionOf(table);
        var plain = definition with { Columns = [.. definition.Columns.Select(c => c with { Reference = null })] };
        await connection.ExecuteAsync(TableSql.Create(dialect, plain, table), ct);
        var change = new SchemaChange(connection.Connection, dialect, new DatabaseCatalog(0, [], keepsLog: false));
        if (await MoveConnection.GuardedAsync(token => IndexChanges.CreateAllAsync(change, definition, token), ct) is { } error)
            throw new MoveBrokenOffException(error);
    }

    private static IEnumerable<string> References(PostgresDialect dialect, Table table)
    {
        foreach (var column in DefinitionOf(table).Columns)
        {
            if (column.Reference is { } reference)
                yield return $"{column.Name} {dialect.Schema} {reference.Table} {reference.Column ?? TableDefinition.Id} {reference.OnDelete switch { ReferenceAction.Cascade => 'c', ReferenceAction.SetNull => 'n', _ => 'a' }}";
        }
    }

    private static TableDefinition DefinitionOf(Table table) => table.Definition ?? throw new InvalidOperationException("An own table has a definition.");
}
