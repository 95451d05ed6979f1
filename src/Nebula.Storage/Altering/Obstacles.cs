using Nebula.Core;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Altering;

/// <summary>What to look for among the records that an alteration concerns, before anything is made of them.</summary>
internal static class Obstacles
{
    /// <summary>Nulls and duplicates. The table has its new names by now, and its old columns.</summary>
    public static IEnumerable<Obstacle> Of(SqlDialect dialect, TableAlteration alteration)
    {
        var table = dialect.Table(alteration.Shape.Name);
        foreach (var (place, column) in alteration.AddedColumns.Where(a => a.Column is { IsNullable: false, Default: null }))
            yield return new(ErrorCodes.Required, FieldCodes.Required, $"{place}.nullable", "that would be without a value", $"FROM {table}");
        foreach (var altered in alteration.AlteredColumns)
        {
            var name = Identifier.Quote(altered.Before.Name);
            if (altered is { Before.IsNullable: true, After.IsNullable: false })
                yield return new(ErrorCodes.Required, FieldCodes.Required, $"{altered.Place}.nullable", "without a value", $"FROM {table} WHERE {name} IS NULL");
            if (altered is { Before.IsUnique: false, After.IsUnique: true })
                yield return new(ErrorCodes.UniqueViolation, FieldCodes.Unique, $"{altered.Place}.unique", "whose value another one has", $"FROM {table} WHERE {SameValues(table, [name], "")}");
        }
    }

    /// <summary>Records that share values of a unique index that is to be made.</summary>
    public static Obstacle Duplicates(SqlDialect dialect, Table shape, IndexDefinition index, string place)
    {
        var table = dialect.Table(shape.Name);
        var where = index.Where is not null && IndexFilter.Bind(shape, index.Where, "where").TryGet(out var condition, out _)
            ? $" AND {IndexSql.Where(dialect, shape, condition)}"
            : "";
        return new(
            ErrorCodes.UniqueViolation, FieldCodes.Unique, place, "whose values another one has",
            $"FROM {table} WHERE {SameValues(table, [.. index.Columns.Select(Identifier.Quote)], where)}");
    }

    /// <summary>Records that refer to nothing by a reference that is new or leads elsewhere; after the columns are as they are to be.</summary>
    public static IEnumerable<Obstacle> BrokenReferences(SqlDialect dialect, TableAlteration alteration)
    {
        var changed = alteration.AlteredColumns.Select(a => (a.Place, Column: a.After)).Concat(alteration.AddedColumns);
        foreach (var (place, column) in changed)
        {
            if (column.Reference is not { } reference)
                continue;
            var target = $"{dialect.Table(reference.Table)} target WHERE target.{Identifier.Quote(reference.Column ?? TableDefinition.Id)} = source.{Identifier.Quote(column.Name)}";
            yield return new(
                ErrorCodes.ForeignKeyViolation, FieldCodes.Invalid, $"{place}.references", $"whose reference leads to no record of '{reference.Table}'",
                $"FROM {dialect.Table(alteration.Shape.Name)} source WHERE source.{Identifier.Quote(column.Name)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target})");
        }
    }

    private static string SameValues(string table, IReadOnlyList<string> names, string where)
    {
        var columns = string.Join(", ", names);
        var notNull = string.Join(" AND ", names.Select(c => $"{c} IS NOT NULL"));
        return $"({columns}) IN (SELECT {columns} FROM {table} WHERE {notNull}{where} GROUP BY {columns} HAVING count(*) > 1){where}";
    }
}
