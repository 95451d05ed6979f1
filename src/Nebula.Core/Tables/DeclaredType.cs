using System.Globalization;
using Nebula.Core.Records;

namespace Nebula.Core.Tables;

/// <summary>A column's type as a client declares it: <c>DECIMAL(10,2)</c>, <c>VARCHAR(20)</c>, in any case.</summary>
/// <param name="Precision">Of a <see cref="ColumnType.Decimal"/>: how many digits in all.</param>
/// <param name="Scale">Of a <see cref="ColumnType.Decimal"/>: how many digits behind the point.</param>
/// <param name="MaxLength">Of a VARCHAR, which is a TEXT with a check of its length.</param>
public readonly record struct DeclaredType(ColumnType Type, int Precision = 0, int Scale = 0, int? MaxLength = null)
{
    public const string Allowed =
        "TEXT, VARCHAR(n), INTEGER, BIGINT, REAL, DECIMAL(p,s), BOOLEAN, DATE, DATETIME, TIMESTAMP, UUID, JSON, BLOB";

    private const int DefaultScale = 6;

    /// <summary>The type in its one form, as schemas show it.</summary>
    public string Name => Type == ColumnType.Decimal ? string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})") : ColumnTypes.Name(Type);

    public static bool TryParse(string? text, out DeclaredType type)
    {
        type = default;
        if (text is null)
            return false;
        var open = text.IndexOf('(');
        var name = (open < 0 ? text : text[..open]).TrimEnd(' ').ToUpperInvariant();
        if (open < 0)
            return TryPlain(name, out type);
        if (text[^1] != ')' || !TryNumbers(text[(open + 1)..^1], out var numbers))
            return false;
        switch (name, numbers)
        {
            case ("DECIMAL", [var precision, .. var rest]) when rest.Length <= 1:
                var scale = rest.Length == 0 ? 0 : rest[0];
                type = new(ColumnType.Decimal, precision, scale);
                return precision is >= 1 and <= DecimalText.MaxPrecision && scale <= precision;
            case ("VARCHAR", [var length]):
                type = new(ColumnType.Text, MaxLength: length);
                return length >= 1;
            default:
                return false;
        }
    }

    public override string ToString() => Name;

    private static bool TryPlain(string name, out DeclaredType type)
    {
        ColumnType? plain = name switch
        {
            "TEXT" => ColumnType.Text,
            "INTEGER" or "BIGINT" => ColumnType.Integer,
            "REAL" => ColumnType.Real,
            "BLOB" => ColumnType.Blob,
            "BOOLEAN" => ColumnType.Boolean,
            "DECIMAL" => ColumnType.Decimal,
            "DATE" => ColumnType.Date,
            "DATETIME" or "TIMESTAMP" => ColumnType.DateTime,
            "UUID" => ColumnType.Uuid,
            "JSON" => ColumnType.Json,
            _ => null,
        };
        type = plain == ColumnType.Decimal ? new(ColumnType.Decimal, DecimalText.MaxPrecision, DefaultScale) : new(plain ?? default);
        return plain is not null;
    }

    private static bool TryNumbers(string text, out int[] numbers)
    {
        var parts = text.Split(',');
        numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i].Trim(' '), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }

        return true;
    }
}
