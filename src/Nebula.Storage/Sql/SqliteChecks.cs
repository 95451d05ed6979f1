using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// What SQLite's affinities would silently convert or let pass, held by checks of built-in functions, so that the file stays right whoever writes it. Patterns are Nebula's own: SQLite has no
/// function for them.
/// </summary>
internal static class SqliteChecks
{
    private const string Hex = "[0-9a-f]";
    private const string Digit = "[0-9]";

    private static readonly string _day = $"{Repeat(Digit, 4)}-{Repeat(Digit, 2)}-{Repeat(Digit, 2)}";
    private static readonly string _moment = $"{_day}T{Repeat(Digit, 2)}:{Repeat(Digit, 2)}:{Repeat(Digit, 2)}.{Repeat(Digit, 3)}Z";
    private static readonly string _uuid = $"{Repeat(Hex, 8)}-{Repeat(Hex, 4)}-{Repeat(Hex, 4)}-{Repeat(Hex, 4)}-{Repeat(Hex, 12)}";

    /// <summary>What values a type allows, as SQL that is true for them.</summary>
    public static string Allowed(string name, DeclaredType type) => $"{Kind(name, type)}{Range(name, type.Type)}";

    /// <summary>What older builds let a type hold. IS, because a check lets a null through, and that is what the functions give for what is no time.</summary>
    public static string Kind(string name, DeclaredType type) => type.Type switch
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

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
