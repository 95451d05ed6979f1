using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that declares columns. What the engine's own types would silently convert or let pass is held by checks.</summary>
internal static class ColumnSql
{
    /// <summary>A column with everything that it declares.</summary>
    public static string Declare(SqlDialect dialect, ColumnDefinition column)
    {
        var name = Identifier.Quote(column.Name);
        var sql = new StringBuilder($"{name} {dialect.TypeName(column.DeclaredType)}");
        if (!column.IsNullable)
            sql.Append(" NOT NULL");
        if (column.IsUnique)
            sql.Append(" UNIQUE");
        if (column.Default is { } @default)
            sql.Append($" DEFAULT {Default(dialect, column, @default)}");
        if (Check(dialect, column) is { } check)
            sql.Append(Clause(check));
        if (column.Reference is { } reference)
            sql.Append(' ').Append(References(dialect, reference));
        return sql.ToString();
    }

    /// <summary>A reference as it stands behind a column.</summary>
    public static string References(SqlDialect dialect, ColumnReference reference) =>
        $"REFERENCES {dialect.Table(reference.Table)}({Identifier.Quote(reference.Column ?? TableDefinition.Id)}){OnDelete(reference.OnDelete)}{dialect.ReferenceCheck}";

    /// <summary>The default as SQL.</summary>
    public static string Default(SqlDialect dialect, ColumnDefinition column, ColumnDefault @default) =>
        @default.Moment ? dialect.Now(column.Type) : dialect.Literal(@default.Value, TypeOf(column));

    /// <summary>What values are allowed: a null where the column may be null, else of the type and as the check says. Null where that is any.</summary>
    public static string? Check(SqlDialect dialect, ColumnDefinition column) => Check(dialect, column, dialect.Allowed(Identifier.Quote(column.Name), column.DeclaredType));

    /// <param name="allowed">What of the type is allowed; empty for all.</param>
    public static string? Check(SqlDialect dialect, ColumnDefinition column, string allowed)
    {
        var name = Identifier.Quote(column.Name);
        var tests = Tests(dialect, name, TypeOf(column), column.Check).Prepend(allowed).Where(t => t.Length > 0).ToList();
        if (tests.Count == 0)
            return null;
        var all = string.Join(" AND ", tests);
        return !column.IsNullable ? all : $"{name} IS NULL OR {(tests.Count == 1 ? all : $"({all})")}";
    }

    /// <summary>A check as it stands behind a column.</summary>
    public static string Clause(string check) => $" CHECK ({check})";

    /// <summary>The tests of a check, as SQL that is true for what fulfils it.</summary>
    public static IEnumerable<string> Tests(SqlDialect dialect, string name, SqlType type, ColumnCheck? check)
    {
        if (check?.Min is { } min)
            yield return $"{name} >= {dialect.Literal(min, type)}";
        if (check?.Max is { } max)
            yield return $"{name} <= {dialect.Literal(max, type)}";
        if (check?.MinLength is { } minLength)
            yield return string.Create(CultureInfo.InvariantCulture, $"{dialect.Length(name)} >= {minLength}");
        if (check?.MaxLength is { } maxLength)
            yield return string.Create(CultureInfo.InvariantCulture, $"{dialect.Length(name)} <= {maxLength}");
        if (check?.OneOf is { } values)
            yield return $"{name} IN ({string.Join(", ", values.Select(v => dialect.Literal(v, type)))})";
    }

    public static SqlType TypeOf(ColumnDefinition column) => new(column.Type, column.Scale);

    /// <summary>Restrict is NO ACTION, which looks at the end of a statement: one that deletes both sides is then allowed.</summary>
    private static string OnDelete(ReferenceAction action) => action switch
    {
        ReferenceAction.Cascade => " ON DELETE CASCADE",
        ReferenceAction.SetNull => " ON DELETE SET NULL",
        _ => "",
    };
}
