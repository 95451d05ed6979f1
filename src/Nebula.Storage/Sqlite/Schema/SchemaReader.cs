using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Reads the tables of a database from the database itself.</summary>
internal static class SchemaReader
{
    private const string UserTables =
        "m.type = 'table' AND lower(substr(m.name, 1, 7)) <> 'sqlite_' AND lower(substr(m.name, 1, 7)) <> '_nebula'";

    private const string SelectTables = $"""
        SELECT m.name, m.rootpage, m.sql, n.table_id, n.timestamps, n.created_at,
          l.wr = 0 AND m.sql NOT LIKE '%replace%' AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger')
        FROM sqlite_schema m
        JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name AND l.type = 'table'
        JOIN _nebula_tables n ON n.name = m.name
        WHERE {UserTables}
        ORDER BY m.rowid
        """;

    // Generated columns (hidden 2 and 3) are read but not written, so they are left to the database.
    private const string SelectColumns = $"""
        SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
        WHERE {UserTables} AND x.hidden = 0
        ORDER BY m.rowid, x.cid
        """;

    private const string SelectUnique = $"""
        SELECT m.name, min(ii.name)
        FROM sqlite_schema m JOIN pragma_index_list(m.name) il JOIN pragma_index_info(il.name) ii
        WHERE {UserTables} AND il."unique" = 1 AND il.partial = 0
        GROUP BY m.name, il.name
        HAVING count(*) = 1 AND min(ii.name) IS NOT NULL
        """;

    private const string SelectUnknown = $"""
        SELECT m.name, (SELECT x.dflt_value FROM pragma_table_info(m.name) x WHERE x.name = 'created_at')
        FROM sqlite_schema m JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name AND l.type = 'table'
        WHERE {UserTables} AND NOT EXISTS (SELECT 1 FROM _nebula_tables n WHERE n.name = m.name)
        ORDER BY m.rowid
        """;

    /// <summary>Reads everything. Tables that <paramref name="previous"/> knows unchanged stay the same instances.</summary>
    public static DatabaseCatalog Read(Connection connection, DatabaseCatalog? previous)
    {
        var columns = ReadColumns(connection);
        var unique = ReadUnique(connection);
        var tables = new List<CatalogTable>();
        var select = connection.Prepare(SelectTables);
        try
        {
            while (select.Step())
            {
                var name = select.Text(0);
                if (!columns.TryGetValue(name, out var rows) || HasAmbiguousNames(rows))
                    continue;
                var timestamps = select.Text(4);
                var built = rows.Select((row, i) => ToColumn(row, i, rows, timestamps, unique.Contains((name, row.Name)))).ToList();
                _ = Timestamps.TryParse(select.Text(5), out var createdAt);
                var table = new Table(new TableId(select.Integer(3)), name, built, createdAt, select.Text(2), select.Integer(1));
                var isCountKept = select.Integer(6) != 0;
                tables.Add(previous?.Entries.FirstOrDefault(t => t.IsCountKept == isCountKept && IsSame(t.Table, table)) ?? new CatalogTable(table, isCountKept));
            }
        }
        finally
        {
            select.Reset();
        }

        var keepsLog = connection.ExecuteInteger($"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{ChangeLog.TableName}'") != 0;
        return new DatabaseCatalog(connection.ExecuteInteger("PRAGMA schema_version"), tables, keepsLog);
    }

    /// <summary>Tables that another program made or v0.2 left: they have no entry of Nebula's yet.</summary>
    public static IReadOnlyList<(string Name, string Timestamps)> ReadUnknown(Connection connection)
    {
        var unknown = new List<(string, string)>();
        var select = connection.Prepare(SelectUnknown);
        try
        {
            // v0.2 gave every table a created_at with this default and kept it itself.
            while (select.Step())
                unknown.Add((select.Text(0), "CURRENT_TIMESTAMP".Equals(select.TextOrNull(1), StringComparison.OrdinalIgnoreCase) ? TableDefinition.CreatedAt : ""));
        }
        finally
        {
            select.Reset();
        }

        return unknown;
    }

    private static Dictionary<string, List<ColumnRow>> ReadColumns(Connection connection)
    {
        var columns = new Dictionary<string, List<ColumnRow>>(StringComparer.Ordinal);
        var select = connection.Prepare(SelectColumns);
        try
        {
            while (select.Step())
            {
                var table = select.Text(0);
                if (!columns.TryGetValue(table, out var rows))
                    columns.Add(table, rows = []);
                rows.Add(new ColumnRow(select.Text(1), select.Text(2), select.Integer(3) != 0, select.TextOrNull(4), select.Integer(5)));
            }
        }
        finally
        {
            select.Reset();
        }

        return columns;
    }

    private static HashSet<(string, string)> ReadUnique(Connection connection)
    {
        var unique = new HashSet<(string, string)>();
        var select = connection.Prepare(SelectUnique);
        try
        {
            while (select.Step())
                unique.Add((select.Text(0), select.Text(1)));
        }
        finally
        {
            select.Reset();
        }

        return unique;
    }

    /// <summary>SQLite tells columns apart that differ in the case of other letters than ASCII's only; by its JSON such a table could not be served.</summary>
    private static bool HasAmbiguousNames(List<ColumnRow> rows) => rows.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Count() != rows.Count;

    private static Column ToColumn(ColumnRow row, int ordinal, List<ColumnRow> all, string timestamps, bool isUnique)
    {
        // Only a single column declared exactly INTEGER is the rowid itself: https://sqlite.org/lang_createtable.html#rowid.
        var isKey = row.PrimaryKey == 1 && all.Count(c => c.PrimaryKey > 0) == 1 && row.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase);
        return new Column
        {
            Ordinal = ordinal,
            Name = row.Name,
            Type = ToType(row.Type),
            DeclaredType = row.Type,
            IsNullable = !row.IsNotNull && !isKey,
            IsUnique = isUnique,
            IsPrimaryKey = row.PrimaryKey > 0,
            DefaultSql = row.Default,
            Role = isKey ? ColumnRole.Id
                : Names(timestamps, TableDefinition.CreatedAt, row.Name) ? ColumnRole.CreatedAt
                : Names(timestamps, TableDefinition.UpdatedAt, row.Name) ? ColumnRole.UpdatedAt
                : ColumnRole.Data,
        };
    }

    private static bool Names(string timestamps, string timestamp, string column) =>
        column.Equals(timestamp, StringComparison.OrdinalIgnoreCase) && timestamps.Split(',').Contains(timestamp);

    /// <summary>The types that Nebula declares by name, anything else by SQLite's rules: https://sqlite.org/datatype3.html#determination_of_column_affinity.</summary>
    private static ColumnType ToType(string declared)
    {
        if (ColumnTypes.TryParse(declared, out var type))
            return type;
        bool Holds(string part) => declared.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Holds("INT") ? ColumnType.Integer
            : Holds("CHAR") || Holds("CLOB") || Holds("TEXT") || Holds("DATE") || Holds("TIME") ? ColumnType.Text
            : Holds("BOOL") ? ColumnType.Boolean
            : Holds("BLOB") || declared.Length == 0 ? ColumnType.Blob
            : ColumnType.Real;
    }

    private static bool IsSame(Table a, Table b) =>
        a.Id == b.Id && a.Name == b.Name && a.Sql == b.Sql && a.RootPage == b.RootPage && a.Columns.Count == b.Columns.Count
        && a.Columns.Zip(b.Columns).All(p => p.First.IsUnique == p.Second.IsUnique && p.First.Role == p.Second.Role && p.First.Name == p.Second.Name);

    private readonly record struct ColumnRow(string Name, string Type, bool IsNotNull, string? Default, long PrimaryKey);
}
