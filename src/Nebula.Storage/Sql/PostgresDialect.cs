using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// PostgreSQL's SQL, for the tables of one schema, which are always named in full. Columns have PostgreSQL's own types. Texts are <c>COLLATE "C"</c>, so that they compare by their bytes and fold ASCII
/// only, which is what the filter language says; it is said again where an expression does not come from a column.
/// </summary>
internal sealed class PostgresDialect(string schema) : SqlDialect
{
    /// <summary>The column that a table's full-text index is made of; no table can have one of that name.</summary>
    public const string FullTextColumn = "_nebula_fts";

    private const string ByBytes = "COLLATE \"C\"";
    private const string MomentText = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

    private readonly string _prefix = $"{Identifier.Quote(schema)}.";

    /// <summary>The schema by its name alone.</summary>
    public string Schema => schema;

    public override string True => "true";

    public override string False => "false";

    public override bool NullsAreLeast => false;

    public override string RowLock => " FOR UPDATE";

    /// <summary>Locked, so that a row which somebody else is changing is looked at again as it then is, and once, however the statement is planned.</summary>
    public override string Chosen(string select, string alias) => $"WITH chosen AS MATERIALIZED ({select}{RowLock} OF {alias}) SELECT * FROM chosen";

    public override string NextId(Table table) => $"nextval(pg_get_serial_sequence({PostgresLiteral.Text(Table(table.Name))}, {PostgresLiteral.Text(table.Key?.Name ?? TableDefinition.Id)}))";

    /// <summary>Looked at when the statement ends, but so that an import can put it off to the end of its transaction.</summary>
    public override string ReferenceCheck => " DEFERRABLE INITIALLY IMMEDIATE";

    public override string Table(string name) => _prefix + Identifier.Quote(name);

    public override string Index(string name) => _prefix + Identifier.Quote(name);

    public override string Parameter(int number) => string.Create(CultureInfo.InvariantCulture, $"${number}");

    public override string Literal(TypedValue value, SqlType type) => PostgresLiteral.Of(value, type);

    public override string IsTrue(string boolean) => boolean;

    public override string IsSame(string x, string y) => $"{x} IS NOT DISTINCT FROM {y}";

    /// <summary>The version of the schema that the writer knows: another replica may have changed it since, or a move may have closed the database, whose version is negative then and fits no write.</summary>
    public override string WriteCondition(int number) => $"(SELECT version FROM {_prefix}_nebula_state WHERE version > 0) = {Parameter(number)}";

    /// <summary>Its operators bring both to REAL, where neighbours beyond 2^53 are the same.</summary>
    public override bool ComparesExactly => false;

    /// <summary>As REAL where the REAL is so small that what an INTEGER loses on the way makes no difference, else as INTEGER: it has no places behind the point then.</summary>
    public override string CompareExactly(string whole, string sign, string real) =>
        $"(CASE WHEN abs({real}) < 9007199254740992 THEN {whole}::float8 {sign} {real} WHEN {real} >= 9223372036854775808 THEN {whole} {sign} 9223372036854775808 "
        + $"WHEN {real} < -9223372036854775808 THEN {whole} {sign} -9223372036854775809 ELSE {whole} {sign} ({real})::bigint END)";

    public override string Operand(string name, Column column) => name;

    public override string Ordered(string name, Column column) => name;

    public override string Lower(string text) => $"lower({text} {ByBytes})";

    public override string Upper(string text) => $"upper({text} {ByBytes})";

    public override string Length(string x) => $"length({x})";

    public override string Abs(string number) => $"abs({number})";

    /// <summary>By way of its text, which has all its digits; a cast keeps fifteen of them. From 2^52 on a REAL has no places behind the point.</summary>
    public override string Round(string real, string digits) =>
        $"CASE WHEN abs({real}) < 4503599627370496 THEN round(({real})::float8::text::numeric, ({digits})::int)::float8 ELSE ({real})::float8 END";

    public override string Day(string moment) => $"({moment} AT TIME ZONE 'UTC')::date";

    /// <summary>Looked at before it is converted: a 30 February would be the end of the statement.</summary>
    public override string DayOfText(string text)
    {
        string Part(int from, int length) => string.Create(CultureInfo.InvariantCulture, $"substr({text}, {from}, {length})");
        var last = $"extract(day FROM make_date({Part(1, 4)}::int, {Part(6, 2)}::int, 1) + interval '1 month' - interval '1 day')";
        return $"CASE WHEN {text} ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-9]{{2}}' AND {text} >= '0001' THEN "
            + $"CASE WHEN {Part(9, 2)}::int BETWEEN 1 AND {last} THEN {Part(1, 10)}::date END END";
    }

    public override string YearOf(string day) => $"extract(year FROM {day})::bigint";

    public override string MonthOf(string day) => $"extract(month FROM {day})::bigint";

    public override string DayOfMonth(string day) => $"extract(day FROM {day})::bigint";

    public override string DecimalToReal(string x, int scale) => $"({x})::float8";

    /// <summary>Numbers of any scale compare as they are.</summary>
    public override string Rescale(string x, int digits) => x;

    public override string Contains(string text, string part) => $"strpos({Lower(text)}, {Lower(part)}) > 0";

    public override string StartsWith(string text, string part) => $"starts_with({text}, {part})";

    public override string EndsWith(string text, string part) => $"right({text}, length({part})) = {part}";

    public override string Like(string text, string pattern) => $"{text} LIKE {pattern} ESCAPE '\\'";

    /// <summary>As the filter language has it, but for a last backslash that stands before nothing: here it is a fault, there a backslash.</summary>
    public override string LikePattern(string like)
    {
        var backslashes = like.Length - like.TrimEnd('\\').Length;
        return backslashes % 2 == 0 ? like : $"{like}\\";
    }

    public override string InsensitiveLike(string text, string pattern) => $"{Lower(text)} LIKE {Lower(pattern)} ESCAPE '\\'";

    public override string JsonField(string column, IReadOnlyList<string> keys, ColumnType type, SqlParameters parameters)
    {
        var found = $"({column} -> {string.Join(" -> ", keys.Select(parameters.Add))})";
        return type switch
        {
            ColumnType.Text => $"(CASE jsonb_typeof{found} WHEN 'string' THEN {found} #>> '{{}}' END) {ByBytes}",
            ColumnType.Boolean => $"CASE jsonb_typeof{found} WHEN 'boolean' THEN {found}::boolean END",
            ColumnType.Json => $"nullif({found}, 'null'::jsonb)",
            _ => $"CASE jsonb_typeof{found} WHEN 'number' THEN {found}::float8 END",
        };
    }

    /// <summary>The sum of integers is a number of any size here, which is brought back to 64 bits or is the end of the statement.</summary>
    public override string Sum(string x, SqlType type) => type.Type == ColumnType.Integer ? $"sum({x})::bigint" : $"sum({x})";

    public override string Avg(string x, SqlType type) => $"avg({x})::float8";

    public override string Min(string x, SqlType type) => Extreme("min", "bool_and", x, type);

    public override string Max(string x, SqlType type) => Extreme("max", "bool_or", x, type);

    public override ValueList Values(string parameter, Column column) => new(
        $"jsonb_array_elements({parameter}) WITH ORDINALITY AS j(value, place)",
        column.Type switch
        {
            ColumnType.Integer => "j.value::bigint",
            ColumnType.Real => "j.value::float8",
            ColumnType.Boolean => "(j.value::int = 1)",
            ColumnType.Decimal => string.Create(CultureInfo.InvariantCulture, $"(j.value::numeric / 1{new string('0', column.Scale)})"),
            ColumnType.Text => $"(j.value #>> '{{}}') {ByBytes}",
            _ => $"(j.value #>> '{{}}')::{BareTypeName(new(column.Type))}",
        },
        "(j.place - 1)");

    public override SearchSql Search(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters)
    {
        var words = $"{source.RootAlias}.{Identifier.Quote(FullTextColumn)}";
        var query = PostgresFullText.Query(terms, parameters);
        return new($"{words} @@ ({query})", $"ts_rank({words}, {query}) DESC");
    }

    public override string Matches(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters) =>
        Search(source, index, terms, parameters).Condition;

    public override string TypeName(DeclaredType type) => type.Type == ColumnType.Text ? $"text {ByBytes}" : BareTypeName(type);

    public override string Key(IdType type, string name = TableDefinition.Id) =>
        type == IdType.Uuid ? $"{Identifier.Quote(name)} uuid PRIMARY KEY" : $"{Identifier.Quote(name)} bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";

    public override string Timestamp(string name) => $"\"{name}\" text {ByBytes} NOT NULL DEFAULT {MomentText}";

    public override string Now(ColumnType type) => type == ColumnType.Date ? "((now() AT TIME ZONE 'UTC')::date)" : "(date_trunc('milliseconds', now()))";

    /// <summary>What the types let pass that JSON can't say, or that lies beyond the calendar.</summary>
    public override string Allowed(string column, DeclaredType type) => type.Type switch
    {
        ColumnType.Real => $"{column} > '-Infinity'::float8 AND {column} < 'Infinity'::float8", // NaN is the greatest of all
        ColumnType.Decimal => $"{column} <> 'NaN'::numeric",
        ColumnType.Date => $"{column} BETWEEN '0001-01-01'::date AND '9999-12-31'::date",
        ColumnType.DateTime => $"{column} BETWEEN '0001-01-01T00:00:00Z'::timestamptz AND '9999-12-31T23:59:59.999Z'::timestamptz",
        _ => "",
    };

    /// <summary>Read backwards it gives the descending order, with the nulls behind.</summary>
    public override string Indexed(string column, bool mayBeNull) => mayBeNull ? $"{column} NULLS FIRST" : column;

    /// <summary>The type without a collation, as the catalogue calls it.</summary>
    public static string BareTypeName(DeclaredType type) => type.Type switch
    {
        ColumnType.Text => "text",
        ColumnType.Integer => "bigint",
        ColumnType.Real => "double precision",
        ColumnType.Blob => "bytea",
        ColumnType.Boolean => "boolean",
        ColumnType.Decimal => string.Create(CultureInfo.InvariantCulture, $"numeric({type.Precision},{type.Scale})"),
        ColumnType.Date => "date",
        ColumnType.DateTime => "timestamp(3) with time zone",
        ColumnType.Uuid => "uuid",
        ColumnType.Json => "jsonb",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Some types have an order but no extremes.</summary>
    private static string Extreme(string function, string ofBooleans, string x, SqlType type) => type.Type switch
    {
        ColumnType.Boolean => $"{ofBooleans}({x})",
        ColumnType.Uuid => $"{function}(({x})::text {ByBytes})::uuid",
        ColumnType.Blob => $"decode({function}(encode({x}, 'hex') {ByBytes}), 'hex')",
        ColumnType.Json => $"{function}(({x})::text {ByBytes})::jsonb",
        _ => $"{function}({x})",
    };
}
