using System.Collections.Concurrent;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// SQL text for the records of one table, made once per version of the table. Names come from the catalogue, values are parameters, numbered from 1
/// in the order in which they stand in the text. Thread-safe.
/// </summary>
internal sealed class RecordSql
{
    /// <summary>The texts of inserts and updates that are kept; a client varies the columns that it sends only so much.</summary>
    private const int MaxKept = 64;

    private readonly Table _table;
    private readonly string _name;
    private readonly string _key;
    private readonly string _columns;
    private readonly ConcurrentDictionary<ulong, string> _inserts = new();
    private readonly ConcurrentDictionary<ulong, string> _updates = new();

    public RecordSql(Table table)
    {
        _table = table;
        _name = Identifier.Quote(table.Name);
        _key = Identifier.Quote(table.Key?.Name ?? table.Columns[0].Name);
        _columns = ColumnList(table.Columns);
        Get = $"SELECT {_columns} FROM {_name} WHERE {KeyEquals(1)}";
        Delete = $"DELETE FROM {_name} WHERE {KeyEquals(1)}";
        CountAll = $"SELECT count(*) FROM {_name}";
        FirstPage = $"SELECT {_columns} FROM {_name} ORDER BY {_key} LIMIT ?1 OFFSET ?2";
    }

    /// <summary>All columns of the record with key 1.</summary>
    public string Get { get; }

    /// <summary>Removes the record with key 1.</summary>
    public string Delete { get; }

    public string CountAll { get; }

    /// <summary>The plain list, asked for most: limit 1, offset 2.</summary>
    private string FirstPage { get; }

    /// <summary>Adds the draft's values in catalogue order and gives all columns back.</summary>
    public string Insert(RecordDraft draft) => Kept(_inserts, draft, BuildInsert);

    /// <summary>Sets the draft's values in catalogue order; the last parameter is the key. Gives all columns back.</summary>
    public string Update(RecordDraft draft) => Kept(_updates, draft, BuildUpdate);

    /// <summary>The rows of a query: equalities, then limit and offset.</summary>
    public string List(RecordQuery query)
    {
        if (query is { Fields: null, Equalities.Count: 0, IsDescending: false } && ReferenceEquals(query.SortBy, _table.Key))
            return FirstPage;

        var order = query.IsDescending ? " DESC" : "";
        var sql = new StringBuilder($"SELECT {(query.Fields is null ? _columns : ColumnList(query.Fields))} FROM {_name}");
        AppendWhere(sql, query);
        sql.Append($" ORDER BY {Identifier.Quote(query.SortBy.Name)}{order}");
        if (!ReferenceEquals(query.SortBy, _table.Key))
            sql.Append($", {_key}{order}");
        return sql.Append($" LIMIT ?{query.Equalities.Count + 1} OFFSET ?{query.Equalities.Count + 2}").ToString();
    }

    /// <summary>How many rows a query has in all: equalities.</summary>
    public string Count(RecordQuery query)
    {
        var sql = new StringBuilder(CountAll);
        AppendWhere(sql, query);
        return sql.ToString();
    }

    /// <summary>Finds another record with the value 1 in a column; from 2 on the key to leave out.</summary>
    public string FindOther(Column column) => $"SELECT 1 FROM {_name} WHERE {Identifier.Quote(column.Name)} = ?1 AND NOT ({KeyIs(2)})";

    /// <summary>The record's key, from a parameter on.</summary>
    private string KeyEquals(int first) => string.Join(" AND ", _table.KeyColumns.Select((c, i) => $"{Identifier.Quote(c.Name)} = ?{first + i}"));

    /// <summary>As <see cref="KeyEquals"/>, but never null: with no key given it is no record's.</summary>
    private string KeyIs(int first) => string.Join(" AND ", _table.KeyColumns.Select((c, i) => $"{Identifier.Quote(c.Name)} IS ?{first + i}"));

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
        return $"INSERT INTO {_name} ({string.Join(", ", names)}) VALUES ({string.Join(", ", Enumerable.Range(1, names.Count).Select(i => $"?{i}"))}) RETURNING {_columns}";
    }

    private string BuildUpdate(RecordDraft draft)
    {
        var sets = Given(draft).Select((c, i) => $"{Identifier.Quote(c.Name)} = ?{i + 1}").ToList();
        return $"UPDATE {_name} SET {string.Join(", ", sets)} WHERE {KeyEquals(sets.Count + 1)} RETURNING {_columns}";
    }

    private IEnumerable<Column> Given(RecordDraft draft) => _table.Columns.Where(c => draft.Values[c.Ordinal].Kind != ValueKind.Absent);

    private static void AppendWhere(StringBuilder sql, RecordQuery query)
    {
        for (var i = 0; i < query.Equalities.Count; i++)
            sql.Append(i == 0 ? " WHERE " : " AND ").Append($"{Identifier.Quote(query.Equalities[i].Column.Name)} = ?{i + 1}");
    }

    private static string ColumnList(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)));
}
