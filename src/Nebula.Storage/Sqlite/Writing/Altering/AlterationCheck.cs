using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Altering;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Looks at the records that an alteration concerns before anything is made of them, and says which stand in its way.</summary>
internal static class AlterationCheck
{
    /// <summary>Nulls, values that can't be converted or break a check, and duplicates. The table has its new names by now, and its old columns.</summary>
    public static Error? Find(Connection connection, TableAlteration alteration)
    {
        var broken = new BrokenRows(connection, alteration.Shape);
        foreach (var obstacle in Obstacles.Of(SqliteDialect.Instance, alteration))
            broken.Add(obstacle);
        ValueCheck.Run(connection, alteration, broken.Report);
        return broken.Error;
    }

    /// <summary>Records that share values of a unique index that is to be made.</summary>
    public static Error? FindDuplicates(Connection connection, Table shape, IndexDefinition index, string place) =>
        Find(connection, shape, [Obstacles.Duplicates(SqliteDialect.Instance, shape, index, place)]);

    /// <summary>Records with values that their type does not have, in columns that keep it: an older build let them pass.</summary>
    public static Error? FindOutOfRange(Connection connection, TableAlteration alteration)
    {
        var others = alteration.AddedColumns.Select(a => a.Column.Name).Concat(alteration.AlteredColumns.Where(a => a.ChangesType).Select(a => a.After.Name)).ToHashSet();
        return Find(connection, alteration.Shape, alteration.After.Columns.Where(c => !others.Contains(c.Name)).Select(column =>
        {
            var name = Identifier.Quote(column.Name);
            return new Obstacle(
                ErrorCodes.CheckFailed, FieldCodes.OutOfRange, column.Name, $"whose value no {column.DeclaredType.Name} has",
                $"FROM {Identifier.Quote(alteration.Shape.Name)} WHERE {name} IS NOT NULL AND NOT ({SqliteChecks.Allowed(name, column.DeclaredType)})");
        }));
    }

    /// <summary>Records that refer to nothing by a reference that is new or leads elsewhere; after the columns are as they are to be.</summary>
    public static Error? FindBrokenReference(Connection connection, TableAlteration alteration) =>
        Find(connection, alteration.Shape, Obstacles.BrokenReferences(SqliteDialect.Instance, alteration));

    private static Error? Find(Connection connection, Table shape, IEnumerable<Obstacle> obstacles)
    {
        var broken = new BrokenRows(connection, shape);
        foreach (var obstacle in obstacles)
            broken.Add(obstacle);
        return broken.Error;
    }
}
