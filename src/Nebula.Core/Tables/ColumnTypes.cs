namespace Nebula.Core.Tables;

/// <summary>Column types by name.</summary>
public static class ColumnTypes
{
    public const string Allowed = "TEXT, INTEGER, REAL, BLOB, BOOLEAN, DECIMAL, DATE, DATETIME, UUID, JSON";

    /// <summary>The canonical name of a type.</summary>
    public static string Name(ColumnType type) => type switch
    {
        ColumnType.Text => "TEXT",
        ColumnType.Integer => "INTEGER",
        ColumnType.Real => "REAL",
        ColumnType.Blob => "BLOB",
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Decimal => "DECIMAL",
        ColumnType.Date => "DATE",
        ColumnType.DateTime => "DATETIME",
        ColumnType.Uuid => "UUID",
        ColumnType.Json => "JSON",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Reads a type that a client declares, in any case.</summary>
    public static bool TryParse(string? text, out ColumnType type)
    {
        switch (text?.ToUpperInvariant())
        {
            case "TEXT": type = ColumnType.Text; return true;
            case "INTEGER": type = ColumnType.Integer; return true;
            case "REAL": type = ColumnType.Real; return true;
            case "BLOB": type = ColumnType.Blob; return true;
            case "BOOLEAN": type = ColumnType.Boolean; return true;
            default: type = default; return false;
        }
    }
}
