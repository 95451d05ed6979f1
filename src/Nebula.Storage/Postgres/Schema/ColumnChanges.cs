using System.Globalization;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>The parts of an alteration that concern columns. References come last, when every column is there that they lead to.</summary>
internal static class ColumnChanges
{
    public static async Task DropAndRenameAsync(SchemaChange change, Table old, TableAlteration alteration, CancellationToken ct)
    {
        var table = change.Dialect.Table(old.Name);
        var statements = new List<string>();

        // A reference to a column of the same table goes before the column that it leads to.
        foreach (var column in alteration.DroppedColumns)
            statements.AddRange((await ConstraintsAsync(change, old.Name, column, 'f', ct)).Select(c => DropConstraint(table, c)));
        statements.AddRange(alteration.DroppedColumns.Select(column => $"ALTER TABLE {table} DROP COLUMN {Identifier.Quote(column)}"));

        // Two may change their names with each other.
        var isRound = alteration.RenamedColumns.Any(r => old.Columns.Any(c => c.Name.Equals(r.To, StringComparison.OrdinalIgnoreCase)));
        if (isRound)
        {
            statements.AddRange(alteration.RenamedColumns.Select((r, i) => Rename(table, r.From, Passing(i))));
            statements.AddRange(alteration.RenamedColumns.Select((r, i) => Rename(table, Passing(i), r.To)));
        }
        else
        {
            statements.AddRange(alteration.RenamedColumns.Select(r => Rename(table, r.From, r.To)));
        }

        if (alteration.RenameTo is { } name && name != old.Name)
            statements.Add($"ALTER TABLE {table} RENAME TO {Identifier.Quote(name)}");
        await change.ExecuteAsync(statements, ct);
    }

    /// <summary>Adds columns and makes others of those that are there.</summary>
    public static async Task ChangeAsync(SchemaChange change, TableAlteration alteration, CancellationToken ct)
    {
        var table = change.Dialect.Table(alteration.Shape.Name);
        foreach (var altered in alteration.AlteredColumns)
            await ChangeAsync(change, alteration.Shape, altered, ct);
        await change.ExecuteAsync([.. alteration.AddedColumns.Select(a => $"ALTER TABLE {table} ADD COLUMN {ColumnSql.Declare(change.Dialect, a.Column with { Reference = null })}")], ct);
    }

    /// <summary>Adds the references that are new.</summary>
    public static async Task ReferAsync(SchemaChange change, TableAlteration alteration, CancellationToken ct)
    {
        var columns = alteration.AddedColumns.Select(a => a.Column).Concat(alteration.AlteredColumns.Where(a => LeadsElsewhere(a.Before, a.After)).Select(a => a.After));
        await change.ExecuteAsync(
        [
            .. columns.Where(c => c.Reference is not null).Select(c =>
                $"ALTER TABLE {change.Dialect.Table(alteration.Shape.Name)} ADD FOREIGN KEY ({Identifier.Quote(c.Name)}) {ColumnSql.References(change.Dialect, c.Reference!)}"), // asked for those that have one
        ], ct);
    }

    private static async Task ChangeAsync(SchemaChange change, Table shape, ColumnAlteration altered, CancellationToken ct)
    {
        var (before, after) = (altered.Before, altered.After);
        var (table, name) = (change.Dialect.Table(shape.Name), Identifier.Quote(after.Name));
        var column = $"ALTER TABLE {table} ALTER COLUMN {name}";
        if (altered.ChangesType || LeadsElsewhere(before, after))
            await DropConstraintsAsync(change, shape.Name, after.Name, 'f', ct);
        await DropConstraintsAsync(change, shape.Name, after.Name, 'c', ct);
        if (before.IsUnique && !after.IsUnique)
            await DropConstraintsAsync(change, shape.Name, after.Name, 'u', ct);

        if (altered.ChangesType)
        {
            await change.ExecuteAsync([$"{column} DROP DEFAULT"], ct);
            await TypeChange.RunAsync(change, shape, altered, ct);
        }

        var statements = new List<string>
        {
            after.Default is { } @default ? $"{column} SET DEFAULT {ColumnSql.Default(change.Dialect, after, @default)}" : $"{column} DROP DEFAULT",
            $"{column} {(after.IsNullable ? "DROP" : "SET")} NOT NULL",
        };
        if (ColumnSql.Check(change.Dialect, after) is { } check)
            statements.Add($"ALTER TABLE {table} ADD{ColumnSql.Clause(check)}");
        if (after.IsUnique && !before.IsUnique)
            statements.Add($"ALTER TABLE {table} ADD UNIQUE ({name})");
        await change.ExecuteAsync(statements, ct);
    }

    /// <summary>Also a type that changes makes the reference anew.</summary>
    private static bool LeadsElsewhere(ColumnDefinition before, ColumnDefinition after) =>
        before.DeclaredType != after.DeclaredType
        || (before.Reference?.Table, before.Reference?.Column, before.Reference?.OnDelete) != (after.Reference?.Table, after.Reference?.Column, after.Reference?.OnDelete);

    private static async Task DropConstraintsAsync(SchemaChange change, string table, string column, char type, CancellationToken ct) =>
        await change.ExecuteAsync([.. (await ConstraintsAsync(change, table, column, type, ct)).Select(c => DropConstraint(change.Dialect.Table(table), c))], ct);

    /// <summary>The constraints that are about one column alone.</summary>
    /// <param name="type"><c>c</c> for CHECK, <c>u</c> for UNIQUE, <c>f</c> for REFERENCES.</param>
    private static Task<List<string>> ConstraintsAsync(SchemaChange change, string table, string column, char type, CancellationToken ct) => change.TextsAsync(
        """
        SELECT k.conname::text FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND k.conkey = ARRAY[a.attnum]
        WHERE s.nspname = $1 AND c.relname = $2 AND a.attname = $3 AND k.contype::text = $4
        """,
        [Binding.Of(change.Dialect.Schema), Binding.Of(table), Binding.Of(column), Binding.Of(type.ToString())], ct);

    private static string DropConstraint(string table, string name) => $"ALTER TABLE {table} DROP CONSTRAINT {Identifier.Quote(name)}";

    private static string Passing(int number) => string.Create(CultureInfo.InvariantCulture, $"_nebula_passing_{number}");

    private static string Rename(string table, string from, string to) => $"ALTER TABLE {table} RENAME COLUMN {Identifier.Quote(from)} TO {Identifier.Quote(to)}";
}
