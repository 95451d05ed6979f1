using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>
/// Makes a table from what the server says of it. What SQL can't say (patterns, names of relations, which default stands for the present moment) comes from what was declared. A column that somebody
/// else added has the type that comes closest, or is left out.
/// </summary>
internal static class TableBuilder
{
    public static CatalogTable Build(PostgresDialect dialect, ServerTable server)
    {
        var stored = server.Definition is null ? null : StoredDefinition.Parse(server.Definition);
        var declared = stored is null ? null : stored with { Columns = [.. stored.Columns.Where(c => IsBelieved(server, c))] };
        var keys = server.Indexes.Find(i => i.Origin == "pk")?.Columns ?? [];
        var columns = server.Columns.Where(c => !c.IsComputed && ColumnTypeOf(c.Type) is not null).Select((c, i) => ToColumn(dialect, server, c, i, keys, declared)).ToList();
        var byName = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var foreignKeys = ForeignKeys(server, byName, declared).ToList();
        var definition = Define(server, columns, declared);
        _ = Timestamps.TryParse(server.CreatedAt, out var createdAt);
        var table = new Table(new TableId(server.Id), server.Name, columns, createdAt, TableSql.Create(dialect, definition), rootPage: 0)
        {
            KeyColumns = [.. keys.OfType<string>().Select(k => byName[k])],
            ForeignKeys = foreignKeys,
            Indexes = [.. server.Indexes.Where(i => i.Origin != "pk" && i.Columns.All(c => c is not null && byName.ContainsKey(c)))
                .Select(i => new TableIndex(i.Name, [.. i.Columns.Select(c => byName[c ?? ""])], i.IsUnique, i.IsPartial))],
            FullText = FullText(server, definition, columns),
            Definition = definition,
            IsOwn = stored is not null,
        };
        return new CatalogTable(dialect, table, IsCountKept: false, server.Fingerprint, [.. table.KeyColumns.Select(KeyTerm.Of)], declared);
    }

    /// <summary>The type of a column that is not declared, by the server's name of it; null for one that Nebula can't serve.</summary>
    public static DeclaredType? ColumnTypeOf(string name)
    {
        if (name.StartsWith("numeric(", StringComparison.Ordinal))
            return DeclaredType.TryParse($"DECIMAL{name["numeric".Length..]}", out var type) ? type : null;
        return name switch
        {
            "bigint" or "integer" or "smallint" => new(ColumnType.Integer),
            "double precision" or "real" => new(ColumnType.Real),
            "text" => new(ColumnType.Text),
            "boolean" => new(ColumnType.Boolean),
            "bytea" => new(ColumnType.Blob),
            "date" => new(ColumnType.Date),
            "uuid" => new(ColumnType.Uuid),
            "jsonb" or "json" => new(ColumnType.Json),
            _ when name.StartsWith("character varying", StringComparison.Ordinal) => new(ColumnType.Text),
            _ when name.StartsWith("timestamp", StringComparison.Ordinal) && name.EndsWith("with time zone", StringComparison.Ordinal) => new(ColumnType.DateTime),
            _ => null,
        };
    }

    /// <summary>A column is what was declared as long as the server has it so.</summary>
    private static bool IsBelieved(ServerTable server, ColumnDefinition column) =>
        server.Columns.Exists(c => c.Name == column.Name && c.Type == PostgresDialect.BareTypeName(column.DeclaredType));

    private static Column ToColumn(PostgresDialect dialect, ServerTable server, ServerColumn column, int ordinal, IReadOnlyList<string?> keys, TableDefinition? declared)
    {
        var isKey = keys is [var key] && key == column.Name && (key == TableDefinition.Id || column.IsIdentity); // the latter of an imported file
        var own = isKey ? null : declared?.Find(column.Name);
        var type = own?.DeclaredType ?? ColumnTypeOf(column.Type) ?? new(ColumnType.Text); // those without one are left out
        return new Column
        {
            Ordinal = ordinal,
            Name = column.Name,
            Type = type.Type,
            Precision = type.Precision,
            Scale = type.Scale,
            DeclaredType = type.Name,
            IsNullable = !column.IsNotNull,
            IsUnique = server.Indexes.Exists(i => i is { IsUnique: true, IsPartial: false, Columns: [var only] } && only == column.Name && !(isKey && type.Type == ColumnType.Integer)),
            IsPrimaryKey = keys.Contains(column.Name),
            DefaultSql = column.Default is null ? null : own?.Default is { } @default ? ColumnSql.Default(dialect, own, @default) : column.Default,
            Check = own?.Check,
            Role = isKey ? ColumnRole.Id
                : IsKept(server, TableDefinition.CreatedAt, column.Name) ? ColumnRole.CreatedAt
                : IsKept(server, TableDefinition.UpdatedAt, column.Name) ? ColumnRole.UpdatedAt
                : ColumnRole.Data,
        };
    }

    private static bool IsKept(ServerTable server, string timestamp, string column) => column == timestamp && server.Timestamps.Split(',').Contains(timestamp);

    private static IEnumerable<ForeignKey> ForeignKeys(ServerTable server, Dictionary<string, Column> byName, TableDefinition? declared)
    {
        foreach (var reference in server.References.GroupBy(r => r.Number).Where(g => g.Count() == 1).Select(g => g.First()))
        {
            if (!byName.TryGetValue(reference.Column, out var column))
                continue;
            var own = declared?.Find(column.Name)?.Reference;
            var action = reference.OnDelete switch { "CASCADE" => ReferenceAction.Cascade, "SET NULL" => ReferenceAction.SetNull, _ => ReferenceAction.Restrict };
            yield return new ForeignKey(column, reference.Table, reference.Target, action, own?.As, own?.Inverse);
        }
    }

    /// <summary>What was declared, with the names that tables have by now, and what somebody else added as far as a definition can say it.</summary>
    private static TableDefinition Define(ServerTable server, IReadOnlyList<Column> columns, TableDefinition? declared)
    {
        var fields = columns.Where(c => c.Role == ColumnRole.Data).Select(column =>
        {
            var own = declared?.Find(column.Name);
            if (own is null)
                return new ColumnDefinition(column.Name, column.Type, column.IsNullable, column.IsUnique) { Precision = column.Precision, Scale = column.Scale };
            var leads = server.References.Find(r => r.Column == column.Name);
            return own.Reference is not { } reference || leads.Table is null ? own : own with { Reference = reference with { Table = leads.Table, Column = leads.Target } };
        });
        var id = columns.Any(c => c is { Role: ColumnRole.Id, Type: ColumnType.Uuid }) ? IdType.Uuid : IdType.Integer;
        return declared is null
            ? new TableDefinition(TableName.OfExisting(server.Name), [.. fields]) { IdType = id }
            : declared with { Name = TableName.OfExisting(server.Name), Columns = [.. fields], IdType = id };
    }

    private static FullTextIndex? FullText(ServerTable server, TableDefinition definition, IReadOnlyList<Column> columns)
    {
        if (definition.Indexes.FirstOrDefault(i => i.IsFullText) is not { } index || !server.Columns.Exists(c => c.Name == PostgresDialect.FullTextColumn))
            return null;
        var found = index.Columns.Select(n => columns.FirstOrDefault(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).OfType<Column>().ToList();
        return new FullTextIndex(index.Name ?? index.DefaultName(server.Name), found, PostgresDialect.FullTextColumn);
    }
}
