using System.Buffers;
using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>Defaults as declarations have them, told from the SQL that the file has.</summary>
internal static class StoredDefault
{
    private static readonly SearchValues<char> _number = SearchValues.Create("+-.0123456789eE");

    /// <param name="declared">The column as Nebula declared it, if it did.</param>
    public static ColumnDefault? Of(Column column, ColumnDefinition? declared, string? sql)
    {
        if (sql is null)
            return null;
        if (declared?.Default is { } own && Bare(ColumnSql.Default(SqliteDialect.Instance, declared, own)) == Bare(sql))
            return own;
        return Literal(Bare(sql)) is { } text && ValueText.TryRead(column, text, out var value, out _) ? new ColumnDefault(value) : null;
    }

    /// <summary>SQLite leaves out the parentheses around an expression where it tells of a default.</summary>
    private static string Bare(string sql) => sql is ['(', .., ')'] ? sql[1..^1] : sql;

    /// <summary>The text of a number, a text or a boolean; anything else no declaration can say.</summary>
    private static string? Literal(string sql)
    {
        if (sql is ['\'', .. var inner, '\''])
            return Unquoted(inner);
        if (sql.Equals("true", StringComparison.OrdinalIgnoreCase) || sql.Equals("false", StringComparison.OrdinalIgnoreCase))
            return sql;
        return !sql.AsSpan().ContainsAnyExcept(_number) && double.TryParse(sql, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? sql : null;
    }

    /// <summary>A quote that is not doubled ends the text: what follows is an expression, such as <c>'a' || 'b'</c>.</summary>
    private static string? Unquoted(string inner)
    {
        const string Doubled = "''";
        return inner.Replace(Doubled, "", StringComparison.Ordinal).Contains('\'') ? null : inner.Replace(Doubled, "'", StringComparison.Ordinal);
    }
}
