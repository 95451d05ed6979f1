using System.Globalization;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>What SQLite changes without making the table anew. Its own renames are used even where the table is made anew: they keep what refers to it right.</summary>
internal static class InPlace
{
    /// <param name="isRebuilt">Whether columns that go are left out of a new table later, instead of being dropped.</param>
    public static void DropAndRename(Connection connection, Table old, TableAlteration alteration, bool isRebuilt)
    {
        var table = Identifier.Quote(old.Name);
        foreach (var (column, i) in alteration.DroppedColumns.Select((c, i) => (c, i)))
        {
            // Out of the way at least, for another column may get the name.
            connection.Execute(isRebuilt
                ? Rename(table, column, string.Create(CultureInfo.InvariantCulture, $"_nebula_gone_{i}"))
                : $"ALTER TABLE {table} DROP COLUMN {Identifier.Quote(column)}");
        }

        if (alteration.RenamedColumns.Any(r => old.Columns.Any(c => c.Name.Equals(r.To, StringComparison.OrdinalIgnoreCase))))
        {
            // Two may change their names with each other.
            foreach (var ((from, _), i) in alteration.RenamedColumns.Select((r, i) => (r, i)))
                connection.Execute(Rename(table, from, Passing(i)));
            foreach (var ((_, to), i) in alteration.RenamedColumns.Select((r, i) => (r, i)))
                connection.Execute(Rename(table, Passing(i), to));
        }
        else
        {
            foreach (var (from, to) in alteration.RenamedColumns)
                connection.Execute(Rename(table, from, to));
        }

        if (alteration.RenameTo is not { } name)
            return;
        if (name.Equals(old.Name, StringComparison.OrdinalIgnoreCase))
        {
            // To SQLite the name is taken where only its case changes.
            var passing = Identifier.Quote($"_nebula_passing_{old.Id.Value}");
            connection.Execute($"ALTER TABLE {table} RENAME TO {passing}");
            table = passing;
        }

        connection.Execute($"ALTER TABLE {table} RENAME TO {Identifier.Quote(name)}");
    }

    public static void Add(Connection connection, TableAlteration alteration)
    {
        foreach (var (_, column) in alteration.AddedColumns)
            connection.Execute($"ALTER TABLE {Identifier.Quote(alteration.Shape.Name)} ADD COLUMN {ColumnSql.Declare(SqliteDialect.Instance, column)}");
    }

    private static string Passing(int number) => string.Create(CultureInfo.InvariantCulture, $"_nebula_passing_{number}");

    private static string Rename(string table, string from, string to) => $"ALTER TABLE {table} RENAME COLUMN {Identifier.Quote(from)} TO {Identifier.Quote(to)}";
}
