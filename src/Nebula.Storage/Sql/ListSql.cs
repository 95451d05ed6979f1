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
    private readonly SqlDialect _dialect;
    private readonly SqlParameters _parameters;
    private readonly StringBuilder _where = new();
    private readonly List<string> _columns = [];
    private readonly List<SqlType> _types = [];
    private readonly JoinedSource _source;
    private readonly IReadOnlyList<SelectedField> _fields;

    private ListSql(SqlDialect dialect, Table table, IReadOnlyList<SelectedField>? fields)
    {
        (_dialect, _parameters) = (dialect, new SqlParameters(dialect));
        _source = new JoinedSource(dialect, table, _aliases);
        _fields = fields ?? [.. table.Columns.Select(c => new SelectedField(c.Name, [], c))];
        foreach (var field in _fields)
        {
            _columns.Add(_source.Column(field.Path, field.Column));
            _types.Add(SqlType.Of(field.Column));
        }
    }

    /// <summary>The page of a query.</summary>
    public static SelectStatement Page(SqlDialect dialect, Table table, RecordQuery query)
    {
        var list = new ListSql(dialect, table, query.Fields);
        var rank = list.Search(table, query);
        list.Where(query.Filter);
        if (query.After is { } after)
            list.And(KeysetSql.After(dialect, query.Sort, [.. query.Sort.Select(list.Term)], after, list._parameters));
        var sort = query.CanContinue ? query.Sort.Select(k => list.Position(k.Path, k.Column)).ToArray() : [];
        var links = query.Expansions.Select(e => list.Position([], e.Relation.SourceColumn)).ToArray();
        var order = rank is null ? list.OrderBy(query.Sort) : $"{rank}, {string.Join(", ", table.KeyColumns.Select(list._source.Column))}".TrimEnd(',', ' ');

        // One more than asked for: it tells whether there is more.
        var limit = list._parameters.Add(query.CanContinue ? query.Limit + 1L : query.Limit);
        var offset = list._parameters.Add(query.Offset);
        return list.Build($"SELECT {string.Join(", ", list._columns)} FROM {list._source.From}{list._where} ORDER BY {order} LIMIT {limit} OFFSET {offset}", sort, links);
    }

    /// <summary>The related records of many records at once. Parameter 1 is a JSON array of the values that they are found by; the key is a value's place in it.</summary>
    public static SelectStatement Related(SqlDialect dialect, Expansion expansion)
    {
        var (relation, table) = (expansion.Relation, expansion.Relation.Target);
        var list = new ListSql(dialect, table, expansion.Fields);
        var values = dialect.Values(list._parameters.Add(TypedValue.Null, new SqlType(ColumnType.Json)), relation.TargetColumn);
        list._source.Join($"JOIN {values.Rows} ON {list._source.Column(relation.TargetColumn)} = {values.Value}");
        list.Where(expansion.Filter);
        var links = expansion.Expansions.Select(e => list.Position([], e.Relation.SourceColumn)).ToArray();
        var parent = list.Position(values.Place, SqlType.Integer);
        if (!relation.IsToMany)
            return list.Build($"SELECT {string.Join(", ", list._columns)} FROM {list._source.From}{list._where}", [parent], links);

        // The first few of each record, by its own order.
        var order = list.OrderBy(expansion.Sort);
        var named = list._columns.Select((c, i) => $"{c} AS c{i}");
        var limit = list._parameters.Add(expansion.Limit);
        return list.Build(
            $"SELECT {string.Join(", ", list._columns.Select((_, i) => $"c{i}"))} FROM (SELECT {string.Join(", ", named)}, "
            + $"row_number() OVER (PARTITION BY {values.Place} ORDER BY {order}) AS place FROM {list._source.From}{list._where}) AS r WHERE place <= {limit} ORDER BY place",
            [parent], links);
    }

    /// <summary>How many records a query has in all.</summary>
    public static SelectStatement Count(SqlDialect dialect, Table table, RecordQuery query) => Counting(dialect, table, query, static list => $"SELECT count(*), 0 FROM {list._source.From}{list._where}");

    /// <summary>How many records a query has, counted in the order of the key up to a number, and the greatest key of those.</summary>
    public static SelectStatement CountSome(SqlDialect dialect, Table table, RecordQuery query, long most) => Counting(dialect, table, query, list =>
    {
        var key = list._source.Column(table.Key!); // asked for only where there is one
        var limit = list._parameters.Add(most);
        return $"SELECT count(*), max(k) FROM (SELECT {key} AS k FROM {list._source.From}{list._where} ORDER BY {key} LIMIT {limit}) AS n";
    });

    private static SelectStatement Counting(SqlDialect dialect, Table table, RecordQuery query, Func<ListSql, string> text)
    {
        var list = new ListSql(dialect, table, []);
        list.SearchByMatch(table, query);
        list.Where(query.Filter);
        return list.Build(text(list), [], []) with { Types = [SqlType.Integer, SqlType.Integer] };
    }

    /// <summary>Adds what a search matches; gives what to sort by when nothing else is asked for.</summary>
    private string? Search(Table table, RecordQuery query)
    {
        if (query.Search is not { } terms || query.Sort.Count > 0 || terms.Count == 0)
        {
            SearchByMatch(table, query);
            return query.Sort.Count > 0 ? null : "1";
        }

        var search = _dialect.Search(_source, table.FullText!, terms, _parameters); // a search is read only where there is an index
        And(search.Condition);
        return search.Order;
    }

    private void SearchByMatch(Table table, RecordQuery query)
    {
        if (query.Search is not { } terms)
            return;
        if (terms.Count == 0)
        {
            And(_dialect.False);
            return;
        }

        And(_dialect.Matches(_source, table.FullText!, terms, _parameters)); // as above
    }

    private void Where(Condition? condition)
    {
        if (condition is not null)
            And(new ConditionSql(_source, _parameters, _aliases).Write(condition));
    }

    private void And(string condition) => _where.Append(_where.Length == 0 ? " WHERE " : " AND ").Append(condition);

    private string OrderBy(IReadOnlyList<SortKey> sort) => string.Join(", ", sort.Select(k => OrderSql.Of(_dialect, Term(k), k)));

    private string Term(SortKey key) => _dialect.Ordered(_source.Column(key.Path, key.Column), key.Column);

    /// <summary>Where the statement has a column; behind the others if the answer does not show it.</summary>
    private int Position(IReadOnlyList<Relation> path, Column column) => Position(_source.Column(path, column), SqlType.Of(column));

    private int Position(string text, SqlType type)
    {
        var at = _columns.IndexOf(text);
        if (at >= 0)
            return at;
        _columns.Add(text);
        _types.Add(type);
        return _columns.Count - 1;
    }

    private SelectStatement Build(string sql, int[] keys, int[] links) => new(sql, _parameters.Values, _fields, keys, links, _types);
}
