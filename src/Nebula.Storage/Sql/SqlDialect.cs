using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// What reads differently from engine to engine, as text. An instance speaks for one database, so that it can name its tables in full. Every <c>string</c> that stands for a value or a column is SQL
/// already, and so is what is given back, in parentheses where it needs them as an operand. Immutable, so thread-safe. Asked when a statement is written, never for each of its rows.
/// </summary>
/// <remarks>
/// Values have two forms. The stored form is that of <see cref="TypedValue"/>: booleans 0 and 1, decimals scaled integers, dates and UUIDs their text. The engine's own form is what its columns hold.
/// Text names columns and parameters in the engine's own form only; who binds and reads brings the one into the other, by the <see cref="SqlType"/> that each parameter has.
/// </remarks>
internal abstract class SqlDialect
{
    // Names and values.

    /// <summary>A table by its name, with the schema where the engine has those.</summary>
    public abstract string Table(string name);

    /// <summary>An index by its name, as it is dropped by.</summary>
    public abstract string Index(string name);

    /// <summary>The parameter of a number, from 1.</summary>
    public abstract string Parameter(int number);

    /// <summary>A value in a definition, which takes no parameters.</summary>
    /// <param name="value">In its stored form.</param>
    public abstract string Literal(TypedValue value, SqlType type);

    // Conditions.

    /// <summary>The condition that always holds.</summary>
    public abstract string True { get; }

    /// <summary>The condition that never holds.</summary>
    public abstract string False { get; }

    /// <summary>A boolean value as a condition.</summary>
    public abstract string IsTrue(string boolean);

    /// <summary>Equal, or both null; never null.</summary>
    public abstract string IsSame(string x, string y);

    /// <summary>
    /// What every statement that changes a table is conditional on, for engines on which several servers write a database; null where there is no such thing. Such a statement changes nothing when the
    /// condition does not hold.
    /// </summary>
    /// <param name="number">The parameter that it takes, an INTEGER behind all others of the statement.</param>
    public virtual string? WriteCondition(int number) => null;

    /// <summary>The next id of a table that assigns integers, for engines with a condition of writes.</summary>
    public virtual string NextId(Table table) => throw new NotSupportedException("Ids are assigned by the table.");

    /// <summary>What stands at the end of a SELECT of rows that the same transaction is about to change, with a space before it; empty where nobody else could change them.</summary>
    public virtual string RowLock => "";

    /// <summary>A SELECT of the keys of rows that the statement round it is about to change, so that they are still those that match when it does.</summary>
    /// <param name="alias">The table that the rows are of.</param>
    public virtual string Chosen(string select, string alias) => select;

    // Columns, in conditions and orders.

    /// <summary>A column as an operand of a condition or a function. Texts compare by their bytes.</summary>
    /// <param name="name">With its table's alias.</param>
    public abstract string Operand(string name, Column column);

    /// <summary>A column as it is sorted by and compared with a position in that order: texts by their bytes.</summary>
    /// <param name="name">With its table's alias.</param>
    public abstract string Ordered(string name, Column column);

    /// <summary>Whether nulls come before all others in an ascending order and behind them in a descending one where nothing is said; else it is the other way round.</summary>
    public abstract bool NullsAreLeast { get; }

    // Numbers.

    /// <summary>Whether the engine's own operators compare an INTEGER with a REAL as the numbers that they are, also beyond 2^53, where not every INTEGER is a REAL.</summary>
    public virtual bool ComparesExactly => true;

    /// <summary>An INTEGER compared with a REAL as the numbers that they are, for engines whose operators don't.</summary>
    /// <param name="sign">An operator of comparison.</param>
    public virtual string CompareExactly(string whole, string sign, string real) => throw new NotSupportedException("Its operators do.");

    // Functions of the filter language, see FilterFunction.

    public abstract string Lower(string text);

    public abstract string Upper(string text);

    /// <summary>Of a text its code points, of a blob its bytes, as INTEGER.</summary>
    public abstract string Length(string x);

    public abstract string Abs(string number);

    /// <summary>A REAL rounded to so many digits, halves away from zero.</summary>
    public abstract string Round(string real, string digits);

    /// <summary>The day of a DATETIME, as DATE.</summary>
    public abstract string Day(string moment);

    /// <summary>The day that a text begins with, as DATE; null if it begins with none.</summary>
    public abstract string DayOfText(string text);

    /// <summary>The year of a DATE, as INTEGER.</summary>
    public abstract string YearOf(string day);

    /// <summary>The month of a DATE, as INTEGER.</summary>
    public abstract string MonthOf(string day);

    /// <summary>The day of the month of a DATE, as INTEGER.</summary>
    public abstract string DayOfMonth(string day);

    // Decimals.

    /// <summary>A DECIMAL as REAL.</summary>
    public abstract string DecimalToReal(string x, int scale);

    /// <summary>A DECIMAL or INTEGER as a DECIMAL with so many digits more behind the point, where decimals of different scales don't compare as they are.</summary>
    public abstract string Rescale(string x, int digits);

    // Matches of texts.

    /// <summary>Without ASCII case.</summary>
    public abstract string Contains(string text, string part);

    public abstract string StartsWith(string text, string part);

    public abstract string EndsWith(string text, string part);

    /// <param name="pattern">A parameter whose value <see cref="LikePattern"/> made.</param>
    public abstract string Like(string text, string pattern);

    /// <summary>A pattern of the filter language's <c>like</c>, as <see cref="Like"/> takes it.</summary>
    public abstract string LikePattern(string like);

    /// <summary>Without ASCII case.</summary>
    /// <param name="pattern">As the filter language has it: <c>%</c>, <c>_</c>, and a backslash before what stands for itself.</param>
    public abstract string InsensitiveLike(string text, string pattern);

    // JSON.

    /// <summary>
    /// What stands under some keys of a JSON column, if it is of the type: TEXT, REAL, BOOLEAN; else null. Of the type JSON anything that is null only where nothing or JSON's null stands, for a test
    /// of that alone.
    /// </summary>
    public abstract string JsonField(string column, IReadOnlyList<string> keys, ColumnType type, SqlParameters parameters);

    // Aggregates. The type is the operand's; null for what is to be given where there is no row.

    /// <summary>Of INTEGER an INTEGER, of DECIMAL a DECIMAL of the same scale, of REAL a REAL.</summary>
    public abstract string Sum(string x, SqlType type);

    /// <summary>As REAL.</summary>
    public abstract string Avg(string x, SqlType type);

    public abstract string Min(string x, SqlType type);

    public abstract string Max(string x, SqlType type);

    // Parts of lists.

    /// <summary>A list of values as rows.</summary>
    /// <param name="parameter">A JSON array of numbers and texts, in the stored form of the column's values, as JSON.</param>
    /// <param name="column">The column that they are compared with.</param>
    public abstract ValueList Values(string parameter, Column column);

    /// <summary>A full-text search of the source's own table, whose matches come in the order of their rank. Can join to the source.</summary>
    public abstract SearchSql Search(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters);

    /// <summary>A full-text search of the source's own table as a condition alone.</summary>
    public abstract string Matches(JoinedSource source, FullTextIndex index, IReadOnlyList<SearchTerm> terms, SqlParameters parameters);

    // Definitions.

    /// <summary>The type as it stands in a column's declaration, with its collation.</summary>
    public abstract string TypeName(DeclaredType type);

    /// <summary>The declaration of the column that is a table's key.</summary>
    /// <param name="name">Another one in a table that another program made.</param>
    public abstract string Key(IdType type, string name = TableDefinition.Id);

    /// <summary>The declaration of a timestamp that Nebula keeps; the default is for other programs.</summary>
    public abstract string Timestamp(string name);

    /// <summary>The default that is the moment of an insert, of a DATE or DATETIME column.</summary>
    public abstract string Now(ColumnType type);

    /// <summary>What values a type allows that the column itself would let pass, as SQL that is true for those that are allowed; empty for none.</summary>
    public abstract string Allowed(string column, DeclaredType type);

    /// <summary>How a reference is to be checked, behind it and with a space before it; empty for at the end of a statement.</summary>
    public abstract string ReferenceCheck { get; }

    /// <summary>A column as a term of an index, which is to give the orders that lists ask for.</summary>
    /// <param name="column">Its name alone.</param>
    /// <param name="mayBeNull">Whether it holds nulls: lists then ask for them first when they ascend.</param>
    public abstract string Indexed(string column, bool mayBeNull);
}
