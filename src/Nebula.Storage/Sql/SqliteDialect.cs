using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// What of a condition reads differently in SQLite than elsewhere. Every parameter is SQL already. Its own <c>lower</c>, <c>upper</c> and <c>LIKE</c> fold ASCII only,
/// and texts compare by their bytes, which is what the filter language says.
/// </summary>
internal static class SqliteDialect
{
    private const string DayPattern = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'";

    public static string Lower(string x) => $"lower({x})";

    public static string Upper(string x) => $"upper({x})";

    public static string Length(string x) => $"length({x})";

    public static string Abs(string x) => $"abs({x})";

    public static string Round(string real, string digits) => $"round({real}, {digits})";

    public static string Coalesce(IEnumerable<string> values) => $"coalesce({string.Join(", ", values)})";

    /// <summary>
    /// The text itself of a column that is TEXT to clients but not to SQLite, which would take a text that looks like a number for one when it compares it: the columns
    /// of other programs, declared as DATE or TIME. Costs the index, and only there.
    /// </summary>
    public static string TextColumn(string column, string declaredType) => HasTextAffinity(declaredType) ? $"{column} COLLATE BINARY" : $"CAST({column} AS TEXT)";

    /// <summary>
    /// A column as it is sorted by: texts by their bytes, also where another program gave the column a collation of its own. Said of every text, it costs no index of the bytes.
    /// </summary>
    public static string Ordered(string x, Column column) => column.Type == ColumnType.Text ? $"{x} COLLATE BINARY" : x;

    /// <summary>A DECIMAL as REAL.</summary>
    public static string DecimalToReal(string x, int scale) =>
        scale == 0 ? $"CAST({x} AS REAL)" : string.Create(CultureInfo.InvariantCulture, $"(CAST({x} AS REAL) / 1e{scale})");

    /// <summary>
    /// A DECIMAL or INTEGER with so many digits more behind the point. A product beyond 64 bits becomes a REAL in SQLite; it then lies beyond any DECIMAL that it is compared
    /// with, so the comparison stays exact.
    /// </summary>
    public static string Rescale(string x, int digits) => digits == 0 ? x : $"({x} * 1{new string('0', digits)})";

    /// <summary>The first ten characters of a DATE or DATETIME.</summary>
    public static string Day(string x) => $"substr({x}, 1, 10)";

    /// <summary>The day that a text begins with. The pattern comes first: <c>date</c> alone would take <c>now</c> for today. It turns a 30 February into a March, hence the comparison.</summary>
    public static string DayOfText(string x) => $"CASE WHEN {x} GLOB {DayPattern} AND {x} >= '0001' AND date({Day(x)}) = {Day(x)} THEN {Day(x)} END";

    /// <summary>Digits of a day as INTEGER.</summary>
    public static string PartOfDay(string day, int from, int length) => string.Create(CultureInfo.InvariantCulture, $"CAST(substr({day}, {from}, {length}) AS INTEGER)");

    public static string Contains(string x, string part) => $"instr(lower({x}), lower({part})) > 0";

    public static string StartsWith(string x, string part) => $"substr({x}, 1, length({part})) = {part}";

    /// <summary>With its length given, so that the empty text ends every text.</summary>
    public static string EndsWith(string x, string part) => $"substr({x}, -length({part}), length({part})) = {part}";

    /// <param name="pattern">Made by <see cref="GlobPattern"/>.</param>
    public static string Like(string x, string pattern) => $"{x} GLOB {pattern}";

    public static string InsensitiveLike(string x, string pattern) => $"{x} LIKE {pattern} ESCAPE '\\'";

    /// <summary>The pattern of <c>like</c> as GLOB has it, which is SQLite's only match that respects case.</summary>
    public static string GlobPattern(string like)
    {
        var glob = new StringBuilder(like.Length + 8);
        for (var i = 0; i < like.Length; i++)
        {
            var isPlain = like[i] == '\\' && i + 1 < like.Length;
            var c = isPlain ? like[++i] : like[i];
            _ = (c, isPlain) switch
            {
                ('%', false) => glob.Append('*'),
                ('_', false) => glob.Append('?'),
                ('*' or '?' or '[', _) => glob.Append('[').Append(c).Append(']'),
                _ => glob.Append(c),
            };
        }

        return glob.ToString();
    }

    /// <summary>
    /// What stands at a path in a JSON column, if it is of the type; of the type JSON anything but JSON's null. What another program left there that is no JSON is null
    /// instead of the end of the statement.
    /// </summary>
    public static string JsonField(string column, string path, ColumnType type)
    {
        var found = type switch
        {
            ColumnType.Text => $"CASE json_type({column}, {path}) WHEN 'text' THEN json_extract({column}, {path}) END",
            ColumnType.Boolean => $"CASE json_type({column}, {path}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
            ColumnType.Json => $"nullif(json_type({column}, {path}), 'null')",
            _ => $"CASE WHEN json_type({column}, {path}) IN ('integer', 'real') THEN CAST(json_extract({column}, {path}) AS REAL) END",
        };
        return $"CASE WHEN json_valid({column}) THEN {found} END";
    }

    /// <summary>Keys as a path: <c>$."a"."b c"</c>. In a quoted key SQLite reads the escapes of JSON.</summary>
    public static string JsonPath(IEnumerable<string> keys)
    {
        var path = new StringBuilder("$");
        foreach (var key in keys)
            path.Append(".\"").Append(key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return path.ToString();
    }

    /// <summary>By SQLite's own rules: https://sqlite.org/datatype3.html#determination_of_column_affinity.</summary>
    private static bool HasTextAffinity(string declared)
    {
        bool Holds(string part) => declared.Contains(part, StringComparison.OrdinalIgnoreCase);
        return !Holds("INT") && (Holds("CHAR") || Holds("CLOB") || Holds("TEXT"));
    }
}
