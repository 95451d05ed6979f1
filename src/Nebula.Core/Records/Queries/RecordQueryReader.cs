using System.Globalization;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Reads the parameters of a list: its words, each also with a dollar before it, and any column of the table as an equality.</summary>
internal sealed class RecordQueryReader
{
    private readonly QueryContext _context;
    private readonly Table _table;
    private readonly List<FieldError> _faults = [];
    private readonly ConditionReader _conditions;
    private readonly List<string> _words = [];
    private HashSet<string>? _columns;
    private int _limit = RecordQuery.DefaultLimit;
    private long _offset;
    private List<SortKey> _sort = [];
    private bool? _isDescending;
    private bool _hasRelativeSort;
    private CountMode? _count;
    private IReadOnlyList<SelectedField>? _fields;
    private IReadOnlyList<SearchTerm>? _search;
    private IReadOnlyList<Expansion> _expansions = [];
    private string? _cursor;
    private string _sortWord = "sort";
    private string _searchText = "";
    private ExpandReader? _expand;

    public RecordQueryReader(QueryContext context)
    {
        (_context, _table) = (context, context.Table);
        _conditions = new ConditionReader(_table, context.Schema, context.Now, _faults);
    }

    public Result<RecordQuery> Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            var word = QueryWords.Find(_table, name);
            if (!IsNew(name, word))
                Add(name, FieldCodes.Duplicate, "is given twice");
            else if (word is not null)
                ReadWord(word, name, value);
            else
                _conditions.ReadEquality(name, value);
        }

        var sort = Sort();
        if (_cursor is not null && _words.Contains("offset"))
            Add("offset", FieldCodes.Invalid, "can't be given together with a cursor");
        var hasPaths = HasPaths(sort);
        if (hasPaths && JoinBound.Fault([.. (_fields ?? []).Select(f => f.Path), .. sort.Select(k => k.Path)], "fields") is { } fault)
            _faults.Add(fault);
        if (_expand?.Fault(_table, _fields, _expansions) is { } twice)
            _faults.Add(twice);
        if (_faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, _faults);
        return (_conditions.FilterError ?? _expand?.FilterError) is { } error ? error : Build(sort, hasPaths);
    }

    private Result<RecordQuery> Build(IReadOnlyList<SortKey> sort, bool hasPaths)
    {
        var query = new RecordQuery
        {
            Limit = _limit,
            Offset = _offset,
            Sort = sort,
            Fields = _fields,
            Filter = _conditions.Condition,
            Search = _search,
            Expansions = _expansions,
            Count = _count ?? (_cursor is null ? CountMode.Exact : CountMode.None),
            HasCursor = _cursor is not null,
            CanContinue = sort.Count > 0 && _table.HasTotalOrder,
            Identity = ListIdentity.Of(_context.Database, _table, sort, [_searchText, .. _conditions.Texts]),
            HasPaths = hasPaths,
        };
        if (query.Filter is not null || query.Expansions.Count > 0 || hasPaths)
            query = query with { OtherTables = QueriedTables.Of(query).Except([_table]).ToList() };
        if (_cursor is null or "")
            return query;
        return _context.Cursors.Open(query.Identity.Span, _cursor) is { } after && after.Count == sort.Count
            ? query with { After = after }
            : new Error(ErrorCodes.InvalidCursor, "The cursor is not one of this list: its table, filter and order must be those that it was given for.")
            {
                Hint = "Begin again without a cursor.",
            };
    }

    private void ReadWord(string word, string name, string value)
    {
        switch (word)
        {
            case "limit":
                _limit = (int)ReadNumber(name, value, 1, RecordQuery.MaxLimit);
                break;
            case "offset":
                _offset = ReadNumber(name, value, 0, long.MaxValue);
                break;
            case "sort":
                _sortWord = name;
                _hasRelativeSort = _table.Find(value) is null;
                _sort = SortReader.Read(_table, _context.Schema, value, name, _faults);
                break;
            case "order":
                _isDescending = value.Equals("desc", StringComparison.OrdinalIgnoreCase);
                if (_isDescending == false && !value.Equals("asc", StringComparison.OrdinalIgnoreCase))
                    Add(name, FieldCodes.Invalid, "must be 'asc' or 'desc'");
                break;
            case "fields":
                _fields = FieldReader.Read(_table, _context.Schema, value, name, _faults);
                break;
            case "count":
                _count = value switch { "exact" => CountMode.Exact, "none" => CountMode.None, "estimated" => CountMode.Estimated, _ => null };
                if (_count is null)
                    Add(name, FieldCodes.Invalid, "must be 'exact', 'none' or 'estimated'");
                break;
            case "filter":
                _conditions.ReadFilter(value);
                break;
            case "cursor":
                _cursor = value;
                break;
            case "expand":
                _expand = new ExpandReader(_context.Schema, _context.Now, name);
                _expansions = _expand.Read(_table, value, _faults);
                break;
            case "search":
                _searchText = value;
                _search = SearchText.Read(value);
                if (_search.Count > SearchText.MaxTerms)
                    Add(name, FieldCodes.OutOfRange, $"may have at most {SearchText.MaxTerms} words and phrases");
                if (_table.FullText is null)
                    Add(name, FieldCodes.Invalid, $"needs a full-text index, which '{_table.Name}' does not have");
                break;
        }
    }

    /// <summary>
    /// The whole order. <c>order</c> belongs to a sort by one column as it is written: more columns, or one with a sign, say themselves which way they go. A search without
    /// a sort is in the order of its rank.
    /// </summary>
    private IReadOnlyList<SortKey> Sort()
    {
        if (_isDescending is { } isDescending && _sort.Count > 0)
        {
            if (_sort.Count > 1 || _hasRelativeSort)
                Add("order", FieldCodes.Invalid, $"can't be given together with '{_sortWord}' of several columns or with a sign");
            else if (isDescending)
                _sort = [SortReader.Reverse(_sort[0])];
        }

        if (_search is not null && _sort.Count == 0)
            return [];
        return SortReader.Complete(_table, _sort, _isDescending ?? false);
    }

    private bool HasPaths(IReadOnlyList<SortKey> sort) => (_fields?.Any(f => f.Path.Count > 0) ?? false) || sort.Any(k => k.Path.Count > 0);

    /// <summary>Whether a parameter was not given before: a word with or without its dollar, a column in whatever case.</summary>
    private bool IsNew(string name, string? word)
    {
        if (word is null)
            return (_columns ??= new(StringComparer.OrdinalIgnoreCase)).Add(name);
        if (_words.Contains(word))
            return false;
        _words.Add(word);
        return true;
    }

    private long ReadNumber(string name, string value, long min, long max)
    {
        if (!ValueText.IsWhole(value))
            Add(name, FieldCodes.WrongType, "expects a whole number");
        else if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
            Add(name, FieldCodes.OutOfRange, max == long.MaxValue ? $"must be at least {min}" : $"must lie between {min} and {max}");
        else
            return number;
        return min;
    }

    private void Add(string name, string code, string message) => _faults.Add(new(Excerpt.Of(name), code, message));
}
