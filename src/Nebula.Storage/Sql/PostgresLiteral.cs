using System.Globalization;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>The one place where a value becomes PostgreSQL's text. For definitions alone, which take no parameters: defaults, checks, partial indexes.</summary>
internal static class PostgresLiteral
{
    public static string Of(TypedValue value, SqlType type) => value.Kind switch
    {
        ValueKind.Integer when type.Type == ColumnType.Boolean => value.Integer != 0 ? "true" : "false",
        ValueKind.Integer when type.Type == ColumnType.Decimal => $"'{Decimal(value.Integer, type.Scale)}'::numeric",
        ValueKind.Integer => string.Create(CultureInfo.InvariantCulture, $"'{value.Integer}'::bigint"),
        ValueKind.Real => $"'{value.Real.ToString("R", CultureInfo.InvariantCulture)}'::float8",
        ValueKind.Text when type.Type == ColumnType.Text => Text(value.AsText()),
        ValueKind.Text => $"{Text(value.AsText())}::{PostgresDialect.BareTypeName(new(type.Type))}",
        ValueKind.Blob => $"'\\x{Convert.ToHexString(value.Bytes.Span)}'::bytea",
        _ => "NULL",
    };

    /// <summary>Backslashes stand for themselves: https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-STANDARD-CONFORMING-STRINGS.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Decimal(long scaled, int scale)
    {
        Span<byte> digits = stackalloc byte[24];
        return Encoding.ASCII.GetString(digits[..DecimalText.Write(scaled, scale, digits)]);
    }
}
