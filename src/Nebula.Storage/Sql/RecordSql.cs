using System.Collections.Concurrent;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// SQL text for the records of one table, made once per version of the table. Names come from the catalogue, values are parameters, numbered from 1
/// in the order in which they stand in the text; behind them the write's own condition has its parameter, where the dialect has one. Thread-safe.
/// </summary>
internal sealed class RecordSql
{
    /// <summary>The texts of inserts and updates that are kept; a client varies the columns that it sends only so much.</summary>
    private const int MaxKept = 64;

    private readonly SqlDialect _dialect;
    private readonly Table _table;
    private readonly string _name;
    private readonly string _columns;
    private readonly ConcurrentDictionary<ulong, string> _inserts = new();
    private readonly ConcurrentDictionary<ulong, string> _updates = new();

    public RecordSql(SqlDialect dialect, Table table)
    {
        (_dialect, _table) = (dialect, table);
        _name = dialect.Table(table.Name);
        _columns = ColumnList(table.Columns);
        Get = $"SELECT {_columns} FROM {_name} WHERE {KeyEquals(1)}";
        GetToChange = Get + dialect.RowLock;
        Delete = $"DELETE FROM {_name} WHERE {KeyEquals(1)}{Guard(table.KeyColumns.Count)}";
        CountAll = $"SELECT count(*) FROM {_name}";
    }

    /// <summary>All columns of the record with key 1.</summary>
    public string Get { get; }

    /// <summary>As <see cref="Get"/>, for a record that the same transaction is about to change.</summary>
    public string GetToChange { get; }

    /// <summary>Removes the record with key 1.</summary>
    public string Delete { get; }

    public string CountAll { get; }

    /// <summary>The least key, of a table with one of integers.</summary>
    public string LeastKey => $"SELECT min({Identifier.Quote(_table.Key!.Name)}) FROM {_name}"; // asked for only where there is one

    /// <summary>The greatest key, of a table with one of integers.</summary>
    public string GreatestKey => $"SELECT max({Identifier.Quote(_table.Key!.Name)}) FROM {_name}"; // as above

    /// <summary>Adds the draft's values in catalogue order and gives all columns back.</summary>
    public string Insert(RecordDraft draft) => Kept(_inserts, draft, BuildInsert);

    /// <summary>Sets the draft's values in catalogue order; the last parameter is the key. Gives all columns back.</summary>
    public string Update(RecordDraft draft) => Kept(_updates, draft, BuildUpdate);

    /// <summary>
    /// Sets what <see cref="IsMerged"/> in the record that has the draft's values in some columns: first the values to set, then those to find it by. Gives all columns
    /// back.
    /// </summary>
    public string Merge(RecordDraft draft, IReadOnlyList<Column> by)
    {
        var sets = _table.Columns.Where(c => IsMerged(draft, c)).Select((c, i) => $"{Identifier.Quote(c.Name)} = {_dialect.Parameter(i + 1)}").ToList();
        return $"UPDATE {_name} SET {string.Join(", ", sets)} WHERE {Equal(by, sets.Count + 1)}{Guard(sets.Count + by.Count)} RETURNING {_columns}";
    }

    /// <summary>Whether a draft of a new record changes a column of an existing one: not its key, nor when it was made.</summary>
    public static bool IsMerged(RecordDraft draft, Column column) =>
        draft.Values[column.Ordinal].Kind != ValueKind.Absent && column.Role is ColumnRole.Data or ColumnRole.UpdatedAt;

    /// <summary>All columns of the record that has values from 1 on in some columns.</summary>
    public string FindBy(IReadOnlyList<Column> columns) => $"SELECT {_columns} FROM {_name} WHERE {Equal(columns, 1)}";

    /// <summary>Finds another record with values from 1 on in some columns; behind them the key to leave out.</summary>
    public string FindOther(IReadOnlyList<Column> columns)
    {
        var other = _table.KeyColumns.Count == 0 ? "" : $" AND NOT ({KeyIs(columns.Count + 1)})";
        return $"SELECT 1 FROM {_name} WHERE {Equal(columns, 1)}{other}";
    }

    private string Equal(IReadOnlyList<Column> columns, int first) => string.Join(" AND ", columns.Select((c, i) => $"{Identifier.Quote(c.Name)} = {_dialect.Parameter(first + i)}"));

    /// <summary>The record's key, from a parameter on.</summary>
    private string KeyEquals(int first) => Equal(_table.KeyColumns, first);

    /// <summary>As <see cref="KeyEquals"/>, but never null: with no key given it is no record's.</summary>
    private string KeyIs(int first) => string.Join(" AND ", _table.KeyColumns.Select((c, i) => _dialect.IsSame(Identifier.Quote(c.Name), _dialect.Parameter(first + i))));

    /// <summary>The write's own condition, its parameter behind so many others.</summary>
    private string Guard(int parameters) => _dialect.WriteCondition(parameters + 1) is { } condition ? $" AND {condition}" : "";

    private string Kept(ConcurrentDictionary<ulong, string> kept, RecordDraft draft, Func<RecordDraft, string> build)
    {
        if (_table.Columns.Count > 64)
            return build(draft);

        var given = 0UL;
        var values = draft.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Kind != ValueKind.Absent)
                given |= 1UL << i;
        }

        if (kept.TryGetValue(given, out var sql))
            return sql;
        sql = build(draft);
        if (kept.Count < MaxKept)
            kept.TryAdd(given, sql);
        return sql;
    }

    private string BuildInsert(RecordDraft draft)
    {
        var names = Given(draft).Select(c => Identifier.Quote(c.Name)).ToList();
        return $"{InsertSql.Write(_dialect, _table, names)} RETURNING {_columns}";
    }

    private string BuildUpdate(RecordDraft draft)
    {
        var sets = Given(draft).Select((c, i) => $"{Identifier.Quote(c.Name)} = {_dialect.Parameter(i + 1)}").ToList();
        return $"UPDATE {_name} SET {string.Join(", ", sets)} WHERE {KeyEquals(sets.Count + 1)}{Guard(sets.Count + _table.KeyColumns.Count)} RETURNING {_columns}";
    }

    private IEnumerable<Column> Given(RecordDraft draft) => _table.Columns.Where(c => draft.Values[c.Ordinal].Kind != ValueKind.Absent);

    private static string ColumnList(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)));
}
