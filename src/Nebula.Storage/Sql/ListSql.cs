using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// The SELECT of one page, or of the related records of one. Its columns are those that the answer shows, and behind them what only the engine needs: sort values for a cursor, the
/// values that related records are found by.
/// </summary>
internal sealed class ListSql
{
    private readonly AliasSequence _aliases = new();
    private readonly SqlParameters _parameters = new();
    private readonly StringBuilder _where = new();
    private readonly List<string> _columns = [];
    private readonly JoinedSource _source;
    private readonly IReadOnlyList<SelectedField> _fields;

    private ListSql(Table table, IReadOnlyList<SelectedField>? fields)
    {
        _source = new JoinedSource(table, _aliases);
        _fields = fields ?? [.. table.Columns.Select(c => new SelectedField(c.Name, [], c))];
        foreach (var field in _fields)
            _columns.Add(_source.Column(field.Path, field.Column));
    }

    /// <summary>The page of a query.</summary>
    public static SelectStatement Page(Table table, RecordQuery query)
    {
        var list = new ListSql(table, query.Fields);
        var rank = list.Search(table, query);
        list.Where(query.Filter);
        if (query.After is { } after)
            list.And(KeysetSql.After(query.Sort, [.. query.Sort.Select(list.Term)], after, list._parameters));
        var sort = query.CanContinue ? query.Sort.Select(k => list.Position(k.Path, k.Column)).ToArray() : [];
        var links = query.Expansions.Select(e => list.Position([], e.Relation.SourceColumn)).ToArray();
        var order = rank is null ? list.OrderBy(query.Sort) : $"{rank}, {string.Join(", ", table.KeyColumns.Select(list._source.Column))}".TrimEnd(',', ' ');

        // One more than asked for: it tells whether there is more.
        var limit = list._parameters.Add(TypedValue.Of(query.CanContinue ? query.Limit + 1L : query.Limit));
        var offset = list._parameters.Add(TypedValue.Of(query.Offset));
        return list.Build($"SELECT {string.Join(", ", list._columns)} FROM {list._source.From}{list._where} ORDER BY {order} LIMIT {limit} OFFSET {offset}", sort, links);
    }

    /// <summary>The related records of many records at once. Parameter 1 is a JSON array of the values that they are found by; the key is a value's place in it.</summary>
    public static SelectStatement Related(Expansion expansion)
    {
        var (relation, table) = (expansion.Relation, expansion.Relation.Target);
        var list = new ListSql(table, expansion.Fields);
        list._source.Join($"JOIN json_each({list._parameters.Add(TypedValue.Null)}) AS j ON {list._source.Column(relation.TargetColumn)} = j.value");
        list.Where(expansion.Filter);
        var links = expansion.Expansions.Select(e => list.Position([], e.Relation.SourceColumn)).ToArray();
        var parent = list.Position("j.key");
        if (!relation.IsToMany)
            return list.Build($"SELECT {string.Join(", ", list._columns)} FROM {list._source.From}{list._where}", [parent], links);

        // The first few of each record, by its own order.
        var order = list.OrderBy(expansion.Sort);
        var named = list._columns.Select((c, i) => $"{c} AS c{i}");
        var limit = list._parameters.Add(TypedValue.Of(expansion.Limit));
        return list.Build(
            $"SELECT {string.Join(", ", list._columns.Select((_, i) => $"c{i}"))} FROM (SELECT {string.Join(", ", named)}, "
            + $"row_number() OVER (PARTITION BY j.key ORDER BY {order}) AS place FROM {list._source.From}{list._where}) WHERE place <= {limit} ORDER BY place",
            [parent], links);
    }

    /// <summary>How many records a query has in all.</summary>
    public static SelectStatement Count(Table table, RecordQuery query) => Counting(table, query, static list => $"SELECT count(*), 0 FROM {list._source.From}{list._where}");

    /// <summary>How many records a query has, counted in the order of the key up to a number, and the greatest key of those.</summary>
    public static SelectStatement CountSome(Table table, RecordQuery query, long most) => Counting(table, query, list =>
    {
        var key = list._source.Column(table.Key!); // asked for only where there is one
        var limit = list._parameters.Add(TypedValue.Of(most));
        return $"SELECT count(*), max(k) FROM (SELECT {key} AS k FROM {list._source.From}{list._where} ORDER BY {key} LIMIT {limit})";
    });

    private static SelectStatement Counting(Table table, RecordQuery query, Func<ListSql, string> text)
    {
        var list = new ListSql(table, []);
        list.SearchByMatch(table, query);
        list.Where(query.Filter);
        return list.Build(text(list), [], []);
    }

    /// <summary>Adds what a search matches; gives what to sort by when nothing else is asked for.</summary>
    private string? Search(Table table, RecordQuery query)
    {
        if (query.Search is not { } terms || query.Sort.Count > 0 || terms.Count == 0)
        {
            SearchByMatch(table, query);
            return query.Sort.Count > 0 ? null : "1";
        }

        var index = Identifier.Quote(table.FullText!.StorageName); // a search is read only where there is one
        _source.Join($"JOIN {index} ON {index}.rowid = {_source.RootAlias}.rowid");
        And($"{index} MATCH {_parameters.Add(FullTextSql.Query(terms))}");
        return $"{index}.rank";
    }

    private void SearchByMatch(Table table, RecordQuery query)
    {
        if (query.Search is not { } terms)
            return;
        if (terms.Count == 0)
        {
            And("0");
            return;
        }

        var index = Identifier.Quote(table.FullText!.StorageName); // a search is read only where there is one
        And($"{_source.RootAlias}.rowid IN (SELECT rowid FROM {index} WHERE {index} MATCH {_parameters.Add(FullTextSql.Query(terms))})");
    }

    private void Where(Condition? condition)
    {
        if (condition is not null)
            And(new ConditionSql(_source, _parameters, _aliases).Write(condition));
    }

    private void And(string condition) => _where.Append(_where.Length == 0 ? " WHERE " : " AND ").Append(condition);

    private string OrderBy(IReadOnlyList<SortKey> sort) => string.Join(", ", sort.Select(k => OrderSql.Of(Term(k), k)));

    private string Term(SortKey key) => SqliteDialect.Ordered(_source.Column(key.Path, key.Column), key.Column);

    /// <summary>Where the statement has a column; behind the others if the answer does not show it.</summary>
    private int Position(IReadOnlyList<Relation> path, Column column) => Position(_source.Column(path, column));

    private int Position(string text)
    {
        var at = _columns.IndexOf(text);
        if (at >= 0)
            return at;
        _columns.Add(text);
        return _columns.Count - 1;
    }

    private SelectStatement Build(string sql, int[] keys, int[] links) => new(sql, _parameters.Values, _fields, keys, links);
}
