using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Looks at the records that an alteration concerns before anything is made of them, and says which stand in its way.</summary>
internal static class AlterationCheck
{
    /// <summary>Nulls, values that can't be converted or break a check, and duplicates. The table has its new names by now, and its old columns.</summary>
    public static Error? Find(Connection connection, TableAlteration alteration)
    {
        var table = Identifier.Quote(alteration.Shape.Name);
        var broken = new BrokenRows(connection, alteration.Shape);
        foreach (var (place, column) in alteration.AddedColumns.Where(a => a.Column is { IsNullable: false, Default: null }))
            broken.Add(ErrorCodes.Required, FieldCodes.Required, $"{place}.nullable", "that would be without a value", $"FROM {table}");
        foreach (var altered in alteration.AlteredColumns)
        {
            var name = Identifier.Quote(altered.Before.Name);
            if (altered is { Before.IsNullable: true, After.IsNullable: false })
                broken.Add(ErrorCodes.Required, FieldCodes.Required, $"{altered.Place}.nullable", "without a value", $"FROM {table} WHERE {name} IS NULL");
            if (altered is { Before.IsUnique: false, After.IsUnique: true })
                broken.Add(ErrorCodes.UniqueViolation, FieldCodes.Unique, $"{altered.Place}.unique", "whose value another one has", $"FROM {table} WHERE {Duplicates(table, name, "")}");
        }

        ValueCheck.Run(connection, alteration, broken);
        return broken.Error;
    }

    /// <summary>Records that share values of a unique index that is to be made.</summary>
    public static Error? FindDuplicates(Connection connection, Table shape, IndexDefinition index, string place)
    {
        var table = Identifier.Quote(shape.Name);
        var columns = index.Columns.Select(Identifier.Quote).ToList();
        var where = index.Where is not null && Core.Records.Filters.IndexFilter.Bind(shape, index.Where, "where").TryGet(out var condition, out _)
            ? $" AND {IndexWrites.Where(shape, condition)}"
            : "";
        var broken = new BrokenRows(connection, shape);
        broken.Add(
            ErrorCodes.UniqueViolation, FieldCodes.Unique, place, "whose values another one has",
            $"FROM {table} WHERE {Duplicates(table, string.Join(", ", columns), where)}");
        return broken.Error;
    }

    /// <summary>Records with values that their type does not have, in columns that keep it: an older build let them pass.</summary>
    public static Error? FindOutOfRange(Connection connection, TableAlteration alteration)
    {
        var broken = new BrokenRows(connection, alteration.Shape);
        var others = alteration.AddedColumns.Select(a => a.Column.Name).Concat(alteration.AlteredColumns.Where(a => a.ChangesType).Select(a => a.After.Name)).ToHashSet();
        foreach (var column in alteration.After.Columns.Where(c => !others.Contains(c.Name)))
        {
            var name = Identifier.Quote(column.Name);
            broken.Add(
                ErrorCodes.CheckFailed, FieldCodes.OutOfRange, column.Name, $"whose value no {column.DeclaredType.Name} has",
                $"FROM {Identifier.Quote(alteration.Shape.Name)} WHERE {name} IS NOT NULL AND NOT ({SqliteChecks.Allowed(name, column.DeclaredType)})");
        }

        return broken.Error;
    }

    /// <summary>Records that refer to nothing by a reference that is new or leads elsewhere; after the columns are as they are to be.</summary>
    public static Error? FindBrokenReference(Connection connection, TableAlteration alteration)
    {
        var broken = new BrokenRows(connection, alteration.Shape);
        var changed = alteration.AlteredColumns.Select(a => (a.Place, Column: a.After)).Concat(alteration.AddedColumns);
        foreach (var (place, column) in changed.Where(c => c.Column.Reference is not null))
        {
            var reference = column.Reference!; // asked for those that have one
            var target = $"{Identifier.Quote(reference.Table)} target WHERE target.{Identifier.Quote(reference.Column ?? TableDefinition.Id)} = source.{Identifier.Quote(column.Name)}";
            broken.Add(
                ErrorCodes.ForeignKeyViolation, FieldCodes.Invalid, $"{place}.references", $"whose reference leads to no record of '{reference.Table}'",
                $"FROM {Identifier.Quote(alteration.Shape.Name)} source WHERE source.{Identifier.Quote(column.Name)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target})");
        }

        return broken.Error;
    }

    private static string Duplicates(string table, string columns, string where)
    {
        var notNull = string.Join(" AND ", columns.Split(", ").Select(c => $"{c} IS NOT NULL"));
        return $"({columns}) IN (SELECT {columns} FROM {table} WHERE {notNull}{where} GROUP BY {columns} HAVING count(*) > 1){where}";
    }
}
