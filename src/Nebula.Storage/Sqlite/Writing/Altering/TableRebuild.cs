using System.Globalization;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>
/// Makes a table anew with other columns and moves its records over, by the steps of https://sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes.
/// References are suspended meanwhile. Only for tables that are known whole.
/// </summary>
internal static class TableRebuild
{
    private const string SelectAttached = "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid";

    /// <summary>Whether SQLite can't change what is to be changed in place.</summary>
    public static bool IsNeeded(Table table, TableAlteration alteration) => table.IsOwn
        && (alteration.AlteredColumns.Any(a => ColumnSql.Declare(SqliteDialect.Instance, a.Before) != ColumnSql.Declare(SqliteDialect.Instance, a.After))
            || alteration.AddedColumns.Any(a => !a.Column.CanBeAppended)
            || alteration.DroppedColumns.Any(name => table.Find(name) is { IsUnique: true } || table.ForeignKeys.Any(k => k.Column.Name == name)));

    public static Error? Run(Connection connection, Table old, TableAlteration alteration)
    {
        var name = alteration.Shape.Name;
        var (quoted, passing) = (Identifier.Quote(name), $"_nebula_new_{old.Id.Value}");
        var attached = ReadAttached(connection, name);
        var sequence = Sequence(connection, "SELECT seq FROM sqlite_sequence WHERE name = ?1", name);
        var brokenBefore = BrokenReferences(connection, name);

        var kept = old.Columns.Where(c => c.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt).Select(c => c.Name).ToList();
        connection.Execute(TableSql.Create(SqliteDialect.Instance, alteration.After, passing, kept));
        string[] columns = [TableDefinition.Id, .. alteration.After.Columns.Select(c => c.Name).Except(alteration.AddedColumns.Select(a => a.Column.Name)), .. kept];
        if (Copy(connection, alteration, quoted, Identifier.Quote(passing), columns) is { } failed)
            return failed;

        connection.Execute($"DROP TABLE {quoted}");
        RenameQuietly(connection, Identifier.Quote(passing), quoted);
        foreach (var sql in attached)
            connection.Execute(sql);
        if (alteration.After.IdType == IdType.Integer)
            RestoreSequence(connection, name, sequence);
        if (AlterationCheck.FindBrokenReference(connection, alteration) is { } dangling)
            return dangling;
        return BrokenReferences(connection, name) > brokenBefore
            ? new Error(ErrorCodes.ForeignKeyViolation, $"Records of '{name}' would refer to records that do not exist.")
            : null;
    }

    /// <summary>Columns that stay as they are hold what the check of an older build let through, perhaps. That is rare, so it is looked for only when the new table refuses it.</summary>
    private static Error? Copy(Connection connection, TableAlteration alteration, string from, string to, string[] columns)
    {
        try
        {
            return RowCopy.Run(connection, alteration, from, to, columns);
        }
        catch (SqliteFaultException e) when (e.Code == ResultCodes.ConstraintCheck)
        {
            return AlterationCheck.FindOutOfRange(connection, alteration) ?? SqliteErrors.Translate(e.Code);
        }
    }

    /// <summary>In the old way of renaming, which leaves alone what speaks of the name: views and other tables mean the new table from now on.</summary>
    private static void RenameQuietly(Connection connection, string from, string to)
    {
        connection.Execute("PRAGMA legacy_alter_table = ON");
        try
        {
            connection.Execute($"ALTER TABLE {from} RENAME TO {to}");
        }
        finally
        {
            connection.Execute("PRAGMA legacy_alter_table = OFF");
        }
    }

    private static List<string> ReadAttached(Connection connection, string table)
    {
        var found = new List<string>();
        var select = connection.Prepare(SelectAttached);
        try
        {
            select.Bind(1, table);
            while (select.Step())
                found.Add(select.Text(0));
        }
        finally
        {
            select.Reset();
        }

        return found;
    }

    private static long BrokenReferences(Connection connection, string table) => connection.ExecuteInteger($"SELECT count(*) FROM pragma_foreign_key_check({SqliteLiteral.Text(table)})");

    /// <summary>Ids of records that were deleted are not given again.</summary>
    private static void RestoreSequence(Connection connection, string table, long sequence)
    {
        Sequence(connection, "DELETE FROM sqlite_sequence WHERE name = ?1", table);
        Sequence(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO sqlite_sequence (name, seq) VALUES (?1, {sequence})"), table);
    }

    private static long Sequence(Connection connection, string sql, string table)
    {
        var statement = connection.Prepare(sql);
        try
        {
            statement.Bind(1, table);
            return statement.Step() ? statement.Integer(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }
}
