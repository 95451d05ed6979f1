using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>
/// Makes a table from what the file says of it. What SQL can't say (types such as DATE, patterns, names of relations) comes from what was declared, as far as that still
/// fits: another program may have changed the table since.
/// </summary>
internal static class TableBuilder
{
    public static CatalogTable Build(TableRows rows)
    {
        var declared = BelievedDefinition.Of(rows);
        var found = ColumnTypeMap.Parse(rows.Types);
        var visible = rows.Columns.Where(c => !c.IsHidden).ToList();
        var columns = visible.Select((row, i) => ToColumn(rows, row, i, declared, found)).ToList();
        var byName = columns.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        var keys = Keys(rows, visible).Select(r => byName[r.Name]).ToList();
        var foreignKeys = ForeignKeys(rows, byName, declared).ToList();
        var definition = DeclaredTable.Compose(rows, columns, foreignKeys, declared);
        _ = Timestamps.TryParse(rows.CreatedAt, out var createdAt);
        var table = new Table(new TableId(rows.Id), rows.Name, columns, createdAt, rows.Sql, rows.RootPage)
        {
            KeyColumns = keys,
            HiddenKey = HiddenKey(rows, keys),
            ForeignKeys = foreignKeys,
            Indexes = [.. rows.Indexes.Where(i => i.Columns.TrueForAll(c => c is not null && byName.ContainsKey(c)))
                .Select(i => new TableIndex(i.Name, [.. i.Columns.Select(c => byName[c ?? ""])], i is { IsUnique: true, ComparesOtherwise: false }, i.IsPartial))],
            FullText = FullText(rows, definition, byName),
            Definition = definition,
            IsOwn = IsOwn(rows, columns, declared, definition),
        };
        return new CatalogTable(SqliteDialect.Instance, table, rows.IsCountKept, rows.Fingerprint, RowKey(rows, table), declared);
    }

    /// <summary>The primary key; none where its index tells apart what its columns take for the same, since a record could not be asked for by it then.</summary>
    private static IEnumerable<TableRows.ColumnRow> Keys(TableRows rows, List<TableRows.ColumnRow> visible) =>
        rows.Indexes.Exists(i => i is { Origin: "pk", ComparesOtherwise: true }) ? [] : visible.Where(r => r.PrimaryKey > 0).OrderBy(r => r.PrimaryKey);

    private static Column ToColumn(TableRows rows, TableRows.ColumnRow row, int ordinal, TableDefinition? declared, ColumnTypeMap found)
    {
        var isKey = IsRowId(rows, row) || IsUuidKey(rows, row, declared);
        var own = isKey ? null : declared?.Find(row.Name);
        return new Column
        {
            Ordinal = ordinal,
            Name = row.Name,
            Type = own?.Type ?? (isKey && !IsRowId(rows, row) ? ColumnType.Uuid : found.Find(row.Name) ?? ForeignTypes.Of(row.Type)),
            Precision = own?.Precision ?? 0,
            Scale = own?.Scale ?? 0,
            DeclaredType = own?.DeclaredType.Name ?? row.Type,
            IsNullable = !row.IsNotNull && row.PrimaryKey == 0, // SQLite itself would let nulls into most keys
            MayHoldNull = !row.IsNotNull && !IsRowId(rows, row) && (row.PrimaryKey == 0 || rows.HasRowId),
            IsUnique = rows.Indexes.Exists(i => i is { IsUnique: true, IsPartial: false, ComparesOtherwise: false } && Is(i, row.Name)),
            IsPrimaryKey = row.PrimaryKey > 0,
            DefaultSql = row.Default,
            Check = own?.Check,
            Role = isKey ? ColumnRole.Id
                : IsKept(rows, TableDefinition.CreatedAt, row.Name) ? ColumnRole.CreatedAt
                : IsKept(rows, TableDefinition.UpdatedAt, row.Name) ? ColumnRole.UpdatedAt
                : ColumnRole.Data,
        };
    }

    /// <summary>The rowid where there is one, because a key may hold nulls, which compare with nothing.</summary>
    private static IReadOnlyList<KeyTerm>? RowKey(TableRows rows, Table table)
    {
        if (table.Key is { } key)
            return [KeyTerm.Of(key)];
        if (FindRowId(rows) is { } rowId)
            return [new KeyTerm(rowId, SqlType.Integer)];
        return table.KeyColumns.Count == 0 ? null : [.. table.KeyColumns.Select(KeyTerm.Of)];
    }

    /// <summary>The rowid as a column behind the key, where that may hold nulls.</summary>
    private static Column? HiddenKey(TableRows rows, List<Column> keys) => keys.Exists(c => c.MayHoldNull) && FindRowId(rows) is { } rowId
        ? new Column { Ordinal = -1, Name = rowId, Type = ColumnType.Integer, DeclaredType = "INTEGER", IsNullable = false, IsUnique = true, IsPrimaryKey = false }
        : null;

    /// <summary>The name of the rowid, if there is one that can be named. Columns that the catalogue leaves out take its names too.</summary>
    private static string? FindRowId(TableRows rows) => rows.HasRowId ? RowIdName.Find(rows.Columns.Select(c => c.Name)) : null;

    /// <summary>
    /// Only a single column declared exactly INTEGER is the rowid itself, and only where SQLite made no index for the key: https://sqlite.org/lang_createtable.html#rowid.
    /// </summary>
    private static bool IsRowId(TableRows rows, TableRows.ColumnRow row) =>
        IsOnlyKey(rows, row) && row.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase) && !rows.Indexes.Exists(i => i.Origin == "pk");

    private static bool IsUuidKey(TableRows rows, TableRows.ColumnRow row, TableDefinition? declared) =>
        declared is { IdType: IdType.Uuid } && IsOnlyKey(rows, row);

    private static bool IsOnlyKey(TableRows rows, TableRows.ColumnRow row) => row.PrimaryKey == 1 && rows.Columns.Count(c => c.PrimaryKey > 0) == 1;

    private static bool Is(TableRows.IndexRow index, string column) => index.Columns is [{ } only] && only.Equals(column, StringComparison.OrdinalIgnoreCase);

    private static bool IsKept(TableRows rows, string timestamp, string column) =>
        column.Equals(timestamp, StringComparison.OrdinalIgnoreCase) && rows.Timestamps.Split(',').Contains(timestamp);

    private static IEnumerable<ForeignKey> ForeignKeys(TableRows rows, Dictionary<string, Column> byName, TableDefinition? declared)
    {
        foreach (var key in rows.ForeignKeys.GroupBy(k => k.Id).Where(g => g.Count() == 1).Select(g => g.First()))
        {
            if (!byName.TryGetValue(key.From, out var column))
                continue;
            var own = declared?.Find(column.Name)?.Reference;
            var action = key.OnDelete switch { "CASCADE" => ReferenceAction.Cascade, "SET NULL" => ReferenceAction.SetNull, _ => ReferenceAction.Restrict };
            yield return new ForeignKey(column, key.Table, key.To, action, own?.As, own?.Inverse);
        }
    }

    private static FullTextIndex? FullText(TableRows rows, TableDefinition definition, Dictionary<string, Column> byName) =>
        definition.Indexes.FirstOrDefault(i => i.IsFullText) is { } index
            ? new FullTextIndex(index.Name ?? index.DefaultName(rows.Name), [.. index.Columns.Select(c => byName[c])], FullTextSchema.NameOf(new TableId(rows.Id)))
            : null;

    private static bool IsOwn(TableRows rows, List<Column> columns, TableDefinition? declared, TableDefinition definition)
    {
        if (declared is null)
            return definition.Columns.Aggregate(rows.Sql, ColumnChecks.Renew) == TableSql.Create(SqliteDialect.Instance, definition); // made by Nebula before definitions were kept
        return rows.Columns.Count == columns.Count
            && rows.ForeignKeys.GroupBy(k => k.Id).All(g => g.Count() == 1)
            && rows.Columns.Zip(columns).All(c => IsMade(c.First, c.Second, declared));
    }

    /// <summary>Whether the column holds nothing that no definition says.</summary>
    private static bool IsMade(TableRows.ColumnRow row, Column column, TableDefinition declared) => column.Role switch
    {
        ColumnRole.Data => declared.Declares(column.Name),
        ColumnRole.CreatedAt or ColumnRole.UpdatedAt => row is { Type: "TEXT", IsNotNull: true, Default: SqliteDialect.Moment },
        _ => true,
    };
}
