using System.Collections.Concurrent;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;

namespace Nebula.Storage.Schema;

/// <summary>
/// The statements of a table's lists without conditions, which are asked for most, each with what writes its rows: made once, because making them costs a fifth of such a list. Parameter 1 is
/// the limit, 2 the offset. Thread-safe.
/// </summary>
internal sealed class PlainPages(SqlDialect dialect, Table table, RowJson whole)
{
    /// <summary>A client varies the columns that it asks for and sorts by only so much.</summary>
    private const int MaxKept = 64;

    /// <summary>Columns in the order and the fields of what is kept.</summary>
    private const int MaxShape = 128;

    private readonly ConcurrentDictionary<string, (SelectStatement Select, RowJson Json)> _kept = new(StringComparer.Ordinal);

    public (SelectStatement Select, RowJson Json) Find(RecordQuery query)
    {
        Span<char> room = stackalloc char[MaxShape];
        if (!TryShape(query, room, out var length))
            return Make(query);
        ReadOnlySpan<char> shape = room[..length];
        if (_kept.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(shape, out var page))
            return page;
        page = Make(query);
        if (_kept.Count >= MaxKept)
            _kept.Clear(); // whoever asked for so many must not keep out what is asked for later
        _kept.TryAdd(shape.ToString(), page);
        return page;
    }

    /// <summary>The statement of any list of the table, and what writes its rows; not kept.</summary>
    public (SelectStatement Select, RowJson Json) Make(RecordQuery query)
    {
        var select = ListSql.Page(dialect, table, query);
        return (select, query.Fields is null ? whole : RowJson.Of(select.Fields));
    }

    /// <summary>The order and the fields of a plain query, a character each: places of columns, from -1 on for a hidden key, with how they are sorted.</summary>
    private static bool TryShape(RecordQuery query, Span<char> shape, out int length)
    {
        length = 0;
        var fields = query.Fields;
        if (query.Sort.Count + (fields?.Count ?? 0) + 2 > shape.Length)
            return false;
        shape[length++] = query.CanContinue ? '+' : '-';
        for (var i = 0; i < query.Sort.Count; i++)
        {
            var key = query.Sort[i];
            shape[length++] = (char)(((key.Column.Ordinal + 1) * 4) + (key.IsDescending ? 2 : 0) + (key.NullsFirst ? 1 : 0));
        }

        shape[length++] = fields is null ? char.MaxValue : (char)(char.MaxValue - 1); // more than any column's place
        for (var i = 0; i < fields?.Count; i++)
            shape[length++] = (char)fields[i].Column.Ordinal;
        return true;
    }
}
