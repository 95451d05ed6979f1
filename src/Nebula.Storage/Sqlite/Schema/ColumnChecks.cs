using Nebula.Core.Tables;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>The checks that hold columns to their types, in the statements that made their tables: as they are written now, or as older builds wrote them.</summary>
internal static class ColumnChecks
{
    /// <summary>Whether the statement that made a table holds a column to what it is declared to be: the column's check stands in it, as it is written now or once was.</summary>
    public static bool Hold(string sql, ColumnDefinition column) =>
        sql.Contains(ColumnSql.Clause(Current(column)), StringComparison.Ordinal) || sql.Contains(ColumnSql.Clause(Older(column)), StringComparison.Ordinal);

    /// <summary>The statement that made a table, with a column's check as it is written now.</summary>
    public static string Renew(string sql, ColumnDefinition column) => sql.Replace(ColumnSql.Clause(Older(column)), ColumnSql.Clause(Current(column)), StringComparison.Ordinal);

    /// <summary>A column's check as older builds wrote it.</summary>
    public static string Older(ColumnDefinition column) => Write(column, SqliteChecks.Kind(Identifier.Quote(column.Name), column.DeclaredType));

    private static string Current(ColumnDefinition column) => Write(column, SqliteChecks.Allowed(Identifier.Quote(column.Name), column.DeclaredType));

    private static string Write(ColumnDefinition column, string allowed) => ColumnSql.Check(SqliteDialect.Instance, column, allowed) ?? "";
}
