using System.Globalization;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// SQLite's SQL. Its own <c>lower</c>, <c>upper</c> and <c>LIKE</c> fold ASCII only, and texts compare by their bytes, which is what the filter language says. Values have their stored form in its
/// columns.
/// </summary>
internal sealed class SqliteDialect : SqlDialect
{
    /// <summary>The present moment, as SQLite tells of a default too.</summary>
    public const string Moment = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    private const string DayPattern = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'";

    private SqliteDialect()
    {
    }

    /// <summary>Each database is a file of its own, so their tables are named alike.</summary>
    public static SqliteDialect Instance { get; } = new();

    public override string True => "1";

    public override string False => "0";

    public override bool NullsAreLeast => true;

    public override string ReferenceCheck => "";

    public override string Table(string name) => Identifier.Quote(name);

    public override string Index(string name) => Identifier.Quote(name);

    public override string Parameter(int number) => string.Create(CultureInfo.InvariantCulture, $"?{number}");

    public override string Literal(TypedValue value, SqlType type) => SqliteLiteral.Of(value);

    public override string IsTrue(string boolean) => $"{boolean} = 1";

    public override string IsSame(string x, string y) => $"{x} IS {y}";

    /// <summary>
    /// Of a column that is TEXT to clients but not to SQLite, which would take a text that looks like a number for one when it compares it, the text itself: the columns of other programs, declared
    /// as DATE or TIME. Costs the index, and only there.
    /// </summary>
    public override string Operand(string name, Column column) =>
        column.Type != ColumnType.Text ? name : HasTextAffinity(column.DeclaredType) ? $"{name} COLLATE BINARY" : $"CAST({name} AS TEXT)";

    /// <summary>Texts by their bytes, also where another program gave the column a collation of its own. Said of every text, it costs no index of the bytes.</summary>
    public override string Ordered(string name, Column column) => column.Type == ColumnType.Text ? $"{name} COLLATE BINARY" : name;

    public override string Lower(string text) => $"lower({text})";

    public override string Upper(string text) => $"upper({text})";

    public override string Length(string x) => $"length({x})";

    public override string Abs(string number) => $"abs({number})";

    public override string Round(string real, string digits) => $"round({real}, {digits})";

    public override string DecimalToReal(string x, int scale) =>
        scale == 0 ? $"CAST({x} AS REAL)" : string.Create(CultureInfo.InvariantCulture, $"(CAST({x} AS REAL) / 1e{scale})");

    /// <summary>
    /// A product beyond 64 bits becomes a REAL in SQLite; it then lies beyond any DECIMAL that it is compared
    /// with, so the comparison stays exact.
    /// </summary>
    public override string Rescale(string x, int digits) => digits == 0 ? x : $"({x} * 1{new string('0', digits)})";

    public override string Day(string moment) => $"substr({moment}, 1, 10)";

    /// <summary>The pattern comes first: <c>date</c> alone would take <c>now</c> for today. It turns a 30 February into a March, hence the comparison.</summary>
    public override string DayOfText(string text) => $"CASE WHEN {text} GLOB {DayPattern} AND {text} >= '0001' AND date({Day(text)}) = {Day(text)} THEN {Day(text)} END";

    public override string YearOf(string day) => PartOfDay(day, 1, 4);

    public override string MonthOf(string day) => PartOfDay(day, 6, 2);

    public override string DayOfMonth(string day) => PartOfDay(day, 9, 2);

    public override string Contains(string text, string part) => $"instr(lower({text}), lower({part})) > 0";

    public override string StartsWith(string text, string part) => $"substr({text}, 1, length({part})) = {part}";

    /// <summary>With its length given, so that the empty text ends every text.</summary>
    public override string EndsWith(string text, string part) => $"substr({text}, -length({part}), length({part})) = {part}";

    /// <summary>GLOB is SQLite's only match that respects case.</summary>
    public override string Like(string text, string pattern) => $"{text} GLOB {pattern}";

    public override string InsensitiveLike(string text, string pattern) => $"{text} LIKE {pattern} ESCAPE '\\'";

    /// <summary>As GLOB has it.</summary>
    public override string LikePattern(string like)
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

    /// <summary>What another program left there that is no JSON is null instead of the end of the statement.</summary>
    public override string JsonField(string column, IReadOnlyList<string> keys, ColumnType type, SqlParameters parameters)
    {
        var path = parameters.Add(JsonPath(keys));
        var found = type switch
        {
            ColumnType.Text => $"CASE json_type({column}, {path}) WHEN 'text' THEN json_extract({column}, {path}) END",
            ColumnType.Boolean => $"CASE json_type({column}, {path}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
            ColumnType.Json => $"nullif(json_type({column}, {path}), 'null')",
            _ => $"CASE WHEN json_type({column}, {path}) IN ('integer', 'real') THEN CAST(json_extract({column}, {path}) AS REAL) END",
        };
        return $"CASE WHEN json_valid({column}) THEN {found} END";
    }

    public override string Sum(string x, SqlType type) => $"sum({x})";

    public override string Avg(string x, SqlType type) => type.Scale == 0 ? $"avg({x})" : string.Create(CultureInfo.InvariantCulture, $"avg({x}) / 1e{type.Scale}");

    public override string Min(string x, SqlType type) => $"min({x})";

    public override string Max(string x, SqlType type) => $"max({x})";

    public override ValueList Values(string parameter, Column column) => new($"json_each({parameter}) AS j", "j.value", "j.key");

    public override SearchSql Search(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters)
    {
        var name = Identifier.Quote(index.StorageName);
        source.Join($"JOIN {name} ON {name}.rowid = {source.RootAlias}.rowid");
        return new($"{name} MATCH {parameters.Add(FullTextSql.Query(terms))}", $"{name}.rank");
    }

    public override string Matches(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters)
    {
        var name = Identifier.Quote(index.StorageName);
        return $"{source.RootAlias}.rowid IN (SELECT rowid FROM {name} WHERE {name} MATCH {parameters.Add(FullTextSql.Query(terms))})";
    }

    /// <summary>
    /// JSON is declared as text by its second word: by SQLite's rules the first alone would make an integer of <c>123</c>, see
    /// https://sqlite.org/datatype3.html#determination_of_column_affinity.
    /// </summary>
    public override string TypeName(DeclaredType type) => type.Type == ColumnType.Json ? "JSON TEXT" : type.Name;

    /// <summary>Integers are AUTOINCREMENT, so that an id is never given twice.</summary>
    public override string Key(IdType type, string name = TableDefinition.Id) => type == IdType.Uuid
        ? $"{Identifier.Quote(name)} UUID NOT NULL PRIMARY KEY CHECK ({Allowed(Identifier.Quote(name), new(ColumnType.Uuid))})"
        : $"{Identifier.Quote(name)} INTEGER PRIMARY KEY AUTOINCREMENT";

    public override string Timestamp(string name) => $"\"{name}\" TEXT NOT NULL DEFAULT ({Moment})";

    public override string Now(ColumnType type) => type == ColumnType.Date ? "(date('now'))" : $"({Moment})";

    public override string Allowed(string column, DeclaredType type) => SqliteChecks.Allowed(column, type);

    public override string Indexed(string column, bool mayBeNull) => column;

    private static string PartOfDay(string day, int from, int length) => string.Create(CultureInfo.InvariantCulture, $"CAST(substr({day}, {from}, {length}) AS INTEGER)");

    /// <summary>Keys as a path: <c>$."a"."b c"</c>. In a quoted key SQLite reads the escapes of JSON.</summary>
    private static string JsonPath(IEnumerable<string> keys)
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
