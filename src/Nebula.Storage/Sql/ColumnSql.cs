using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// SQL text that declares columns. What SQLite's affinities would silently convert or let pass is held by checks of built-in functions, so that the file stays right
/// whoever writes it. Patterns are Nebula's own: SQLite has no function for them.
/// </summary>
internal static class ColumnSql
{
    /// <summary>The present moment, as SQLite tells of a default too.</summary>
    public const string Now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    private const string Hex = "[0-9a-f]";
    private const string Digit = "[0-9]";

    private static readonly string _day = $"{Repeat(Digit, 4)}-{Repeat(Digit, 2)}-{Repeat(Digit, 2)}";
    private static readonly string _moment = $"{_day}T{Repeat(Digit, 2)}:{Repeat(Digit, 2)}:{Repeat(Digit, 2)}.{Repeat(Digit, 3)}Z";
    private static readonly string _uuid = $"{Repeat(Hex, 8)}-{Repeat(Hex, 4)}-{Repeat(Hex, 4)}-{Repeat(Hex, 4)}-{Repeat(Hex, 12)}";

    /// <summary>A column with everything that it declares.</summary>
    public static string Declare(ColumnDefinition column)
    {
        var name = Identifier.Quote(column.Name);
        var sql = new StringBuilder($"{name} {DeclaredType(column.DeclaredType)}");
        if (!column.IsNullable)
            sql.Append(" NOT NULL");
        if (column.IsUnique)
            sql.Append(" UNIQUE");
        if (column.Default is { } @default)
            sql.Append($" DEFAULT {Default(column, @default)}");
        sql.Append(Clause(Check(column)));
        if (column.Reference is { } reference)
            sql.Append($" REFERENCES {Identifier.Quote(reference.Table)}({Identifier.Quote(reference.Column ?? TableDefinition.Id)}){OnDelete(reference.OnDelete)}");
        return sql.ToString();
    }

    /// <summary>The key of a table with UUIDs.</summary>
    public static string DeclareUuidKey() => $"\"id\" UUID NOT NULL PRIMARY KEY CHECK ({Allowed("\"id\"", new(ColumnType.Uuid))})";

    /// <summary>A timestamp that Nebula keeps; the default is for other programs.</summary>
    public static string DeclareTimestamp(string name) => $"\"{name}\" TEXT NOT NULL DEFAULT ({Now})";

    /// <summary>
    /// The type as it stands in the file. JSON is declared as text by its second word: by SQLite's rules the first alone would make an integer of <c>123</c>, see
    /// https://sqlite.org/datatype3.html#determination_of_column_affinity.
    /// </summary>
    public static string DeclaredType(DeclaredType type) => type.Type == ColumnType.Json ? "JSON TEXT" : type.Name;

    /// <summary>The default as SQL.</summary>
    public static string Default(ColumnDefinition column, ColumnDefault @default) =>
        !@default.Moment ? SqlLiteral.Of(@default.Value) : column.Type == ColumnType.Date ? "(date('now'))" : $"({Now})";

    /// <summary>What values are allowed: a null where the column may be null, else of the type and as the check says.</summary>
    public static string Check(ColumnDefinition column) => Check(column, Allowed(Identifier.Quote(column.Name), column.DeclaredType));

    /// <summary>Whether the statement that made a table holds a column to what it is declared to be: the column's check stands in it, as it is written now or once was.</summary>
    public static bool IsHeldBy(string sql, ColumnDefinition column) =>
        sql.Contains(Clause(Check(column)), StringComparison.Ordinal) || sql.Contains(Clause(OlderCheck(column)), StringComparison.Ordinal);

    /// <summary>The statement that made a table, with a column's check as it is written now.</summary>
    public static string Renew(string sql, ColumnDefinition column) => sql.Replace(Clause(OlderCheck(column)), Clause(Check(column)), StringComparison.Ordinal);

    /// <summary>The tests of a check, as SQL that is true for what fulfils it.</summary>
    public static IEnumerable<string> Tests(string name, ColumnCheck? check)
    {
        if (check?.Min is { } min)
            yield return $"{name} >= {SqlLiteral.Of(min)}";
        if (check?.Max is { } max)
            yield return $"{name} <= {SqlLiteral.Of(max)}";
        if (check?.MinLength is { } minLength)
            yield return string.Create(CultureInfo.InvariantCulture, $"length({name}) >= {minLength}");
        if (check?.MaxLength is { } maxLength)
            yield return string.Create(CultureInfo.InvariantCulture, $"length({name}) <= {maxLength}");
        if (check?.OneOf is { } values)
            yield return $"{name} IN ({string.Join(", ", values.Select(SqlLiteral.Of))})";
    }

    /// <summary>What values a type allows, as SQL that is true for them.</summary>
    public static string Allowed(string name, DeclaredType type) => $"{Kind(name, type)}{Range(name, type.Type)}";

    // IS, because a check lets a null through, and that is what the functions give for what is no time.
    private static string Kind(string name, DeclaredType type) => type.Type switch
    {
        ColumnType.Boolean => $"{name} IN (0, 1)",
        ColumnType.Text => $"typeof({name}) = 'text'",
        ColumnType.Integer => $"typeof({name}) = 'integer'",
        ColumnType.Real => $"typeof({name}) = 'real'",
        ColumnType.Blob => $"typeof({name}) = 'blob'",
        ColumnType.Decimal => $"typeof({name}) = 'integer' AND {name} BETWEEN -{new string('9', type.Precision)} AND {new string('9', type.Precision)}",
        ColumnType.Date => $"typeof({name}) = 'text' AND {name} GLOB '{_day}' AND date({name}) IS {name}",
        ColumnType.DateTime => $"typeof({name}) = 'text' AND {name} GLOB '{_moment}' AND strftime('%Y-%m-%dT%H:%M:%fZ', {name}) IS {name}",
        ColumnType.Uuid => $"typeof({name}) = 'text' AND {name} GLOB '{_uuid}'",
        ColumnType.Json => $"typeof({name}) = 'text' AND json_valid({name})",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>What the kind of value still lets through: no number that JSON can say, and no year that the calendar has. Tables that older builds made do without.</summary>
    private static string Range(string name, ColumnType type) => type switch
    {
        ColumnType.Real => $" AND {name} > -9e999 AND {name} < 9e999", // too large for a number, so infinity
        ColumnType.Date or ColumnType.DateTime => $" AND {name} NOT GLOB '0000-*'", // with >= the column would take '0001' for a number
        _ => "",
    };

    public static string OlderCheck(ColumnDefinition column) => Check(column, Kind(Identifier.Quote(column.Name), column.DeclaredType));

    private static string Check(ColumnDefinition column, string allowed)
    {
        var name = Identifier.Quote(column.Name);
        string[] tests = [allowed, .. Tests(name, column.Check)];
        var all = string.Join(" AND ", tests);
        return !column.IsNullable ? all : $"{name} IS NULL OR {(tests.Length == 1 ? all : $"({all})")}";
    }

    private static string Clause(string check) => $" CHECK ({check})";

    /// <summary>Restrict is SQLite's NO ACTION, which looks at the end of a statement: one that deletes both sides is then allowed.</summary>
    private static string OnDelete(ReferenceAction action) => action switch
    {
        ReferenceAction.Cascade => " ON DELETE CASCADE",
        ReferenceAction.SetNull => " ON DELETE SET NULL",
        _ => "",
    };

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
