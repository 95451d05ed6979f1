using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Moving;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Reads the tables of a database from the database itself.</summary>
internal static class SchemaReader
{
    private const string UserTables =
        "m.type = 'table' AND lower(substr(m.name, 1, 7)) <> 'sqlite_' AND lower(substr(m.name, 1, 7)) <> '_nebula'";

    private const string SelectTables = $"""
        SELECT m.name, m.rootpage, m.sql, n.table_id, n.timestamps, n.created_at, l.wr = 0,
          l.wr = 0 AND m.sql NOT LIKE '%replace%' AND NOT EXISTS (
            SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name NOT GLOB '{FullTextSchema.Prefix}*' AND name NOT GLOB '{MoveLog.TriggerPrefix}*'),
          n.definition, (SELECT f.sql FROM sqlite_schema f WHERE f.type = 'table' AND f.name = '{FullTextSchema.Prefix}' || n.table_id),
          n.types
        FROM sqlite_schema m
        JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name AND l.type = 'table'
        JOIN _nebula_tables n ON n.name = m.name
        WHERE {UserTables}
        ORDER BY m.rowid
        """;

    private const string SelectColumns = $"""
        SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
        WHERE {UserTables}
        ORDER BY m.rowid, x.cid
        """;

    private const string SelectIndexes = $"""
        SELECT m.name, il.name, il."unique", il.origin, il.partial, s.sql, ii.name, ii.coll
        FROM sqlite_schema m JOIN pragma_index_list(m.name) il JOIN pragma_index_xinfo(il.name) ii
        LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = il.name
        WHERE {UserTables} AND ii.key
        ORDER BY m.rowid, il.seq DESC, ii.seqno
        """;

    private const string SelectForeignKeys = $"""
        SELECT m.name, f.id, f."table", f."from", f."to", f.on_delete
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
        WHERE {UserTables}
        ORDER BY m.rowid, f.id DESC, f.seq
        """;

    private const string SelectUnknown = $"""
        SELECT m.name, (SELECT x.dflt_value FROM pragma_table_info(m.name) x WHERE x.name = 'created_at')
        FROM sqlite_schema m JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name AND l.type = 'table'
        WHERE {UserTables} AND NOT EXISTS (SELECT 1 FROM _nebula_tables n WHERE n.name = m.name)
        ORDER BY m.rowid
        """;

    /// <summary>Reads the tables in one snapshot, that of the open transaction if there is one.</summary>
    public static DatabaseCatalog ReadInOneSnapshot(Connection connection, DatabaseCatalog? previous)
    {
        if (connection.IsInTransaction)
            return Read(connection, previous);
        connection.Execute("BEGIN");
        try
        {
            return Read(connection, previous);
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }

    /// <summary>Reads everything. Tables that <paramref name="previous"/> knows unchanged stay the same instances.</summary>
    public static DatabaseCatalog Read(Connection connection, DatabaseCatalog? previous)
    {
        var known = previous?.Entries.ToDictionary(t => t.Fingerprint, StringComparer.Ordinal);
        var tables = new List<CatalogTable>();
        foreach (var rows in ReadRows(connection))
        {
            if (rows.Columns.TrueForAll(c => c.IsHidden) || HasAmbiguousNames(rows))
                continue;
            tables.Add(known?.GetValueOrDefault(rows.Fingerprint) ?? Build(connection, rows));
        }

        var keepsLog = connection.ExecuteInteger($"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{ChangeLog.TableName}'") != 0;
        return new DatabaseCatalog(connection.ExecuteInteger("PRAGMA schema_version"), tables, keepsLog);
    }

    /// <summary>Tables that another program made or v0.2 left: they have no entry of Nebula's yet.</summary>
    public static IReadOnlyList<(string Name, string Timestamps)> ReadUnknown(Connection connection)
    {
        var unknown = new List<(string, string)>();

        // v0.2 gave every table a created_at with this default and kept it itself.
        ForEach(connection, SelectUnknown, row => unknown.Add(
            (row.Text(0), "CURRENT_TIMESTAMP".Equals(row.TextOrNull(1), StringComparison.OrdinalIgnoreCase) ? TableDefinition.CreatedAt : "")));
        return unknown;
    }

    private static CatalogTable Build(Connection connection, TableRows rows)
    {
        foreach (var index in rows.Indexes.Where(i => i.IsUnique))
            index.ComparesOtherwise = index.Columns.Zip(index.Collations).Any(c => c.First is { } column && !c.Second.Equals(connection.CollationOf(rows.Name, column), StringComparison.OrdinalIgnoreCase));
        return TableBuilder.Build(rows);
    }

    private static List<TableRows> ReadRows(Connection connection)
    {
        var tables = new List<TableRows>();
        ForEach(connection, SelectTables, row => tables.Add(new TableRows(
            row.Text(0), row.Integer(1), row.Text(2), row.Integer(3), row.Text(4), row.Text(5), row.Integer(6) != 0, row.Integer(7) != 0, row.TextOrNull(8), row.TextOrNull(9),
            row.TextOrNull(10))));

        var byName = tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
        ForEach(connection, SelectColumns, row =>
        {
            if (byName.TryGetValue(row.Text(0), out var table))
                table.Columns.Add(new(row.Text(1), row.Text(2), row.Integer(3) != 0, row.TextOrNull(4), row.Integer(5), row.Integer(6) != 0));
        });
        ForEach(connection, SelectIndexes, row =>
        {
            if (!byName.TryGetValue(row.Text(0), out var table))
                return;
            var name = row.Text(1);
            if (table.Indexes.Count == 0 || table.Indexes[^1].Name != name)
                table.Indexes.Add(new(name, row.Integer(2) != 0, row.Text(3), row.Integer(4) != 0, row.TextOrNull(5)));
            table.Indexes[^1].Columns.Add(row.TextOrNull(6));
            table.Indexes[^1].Collations.Add(row.Text(7));
        });
        ForEach(connection, SelectForeignKeys, row =>
        {
            if (byName.TryGetValue(row.Text(0), out var table))
                table.ForeignKeys.Add(new(row.Integer(1), row.Text(2), row.Text(3), row.TextOrNull(4), row.Text(5)));
        });
        return tables;
    }

    private static void ForEach(Connection connection, string sql, Action<Statement> use)
    {
        var select = connection.Prepare(sql);
        try
        {
            while (select.Step())
                use(select);
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>SQLite tells columns apart that differ in the case of other letters than ASCII's only; by its JSON such a table could not be served.</summary>
    private static bool HasAmbiguousNames(TableRows rows) => rows.Columns.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Count() != rows.Columns.Count;
}
