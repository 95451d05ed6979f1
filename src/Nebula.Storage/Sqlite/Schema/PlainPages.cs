using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Reading;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>
/// The statements of a table's lists without conditions, which are asked for most, each with what writes its rows: made once, because making them costs a fifth of such a list. Parameter 1 is
/// the limit, 2 the offset. Thread-safe.
/// </summary>
internal sealed class PlainPages(Table table, RowJson whole)
{
    /// <summary>A client varies the columns that it asks for and sorts by only so much.</summary>
    private const int MaxKept = 64;

    private readonly ConcurrentDictionary<string, (SelectStatement Select, RowJson Json)> _kept = new(StringComparer.Ordinal);

    public (SelectStatement Select, RowJson Json) Find(RecordQuery query)
    {
        var shape = ShapeOf(query);
        if (_kept.TryGetValue(shape, out var page))
            return page;
        var select = ListSql.Page(table, query);
        page = (select, query.Fields is null ? whole : RowJson.Of(select.Fields));
        if (_kept.Count < MaxKept)
            _kept.TryAdd(shape, page);
        return page;
    }

    /// <summary>The fields and the order of a plain query, by the columns' places.</summary>
    private static string ShapeOf(RecordQuery query)
    {
        var shape = new StringBuilder(query.CanContinue ? "+" : "-");
        foreach (var field in query.Fields ?? [])
            shape.Append(CultureInfo.InvariantCulture, $"{field.Column.Ordinal},");
        shape.Append(query.Fields is null ? '*' : ';');
        foreach (var key in query.Sort)
            shape.Append(CultureInfo.InvariantCulture, $"{key.Column.Ordinal}{(key.IsDescending ? 'd' : 'a')}{(key.NullsFirst ? 'f' : 'l')}");
        return shape.ToString();
    }
}
