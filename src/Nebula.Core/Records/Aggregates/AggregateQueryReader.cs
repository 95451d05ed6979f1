using System.Globalization;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;

namespace Nebula.Core.Records.Aggregates;

/// <summary>Reads the parameters of an aggregate: its words, each also with a dollar before it, and any column of the table as an equality.</summary>
internal sealed class AggregateQueryReader
{
    private static readonly string[] _old = ["limit", "offset", "sort"];
    private static readonly string[] _new = ["filter", "select", "group", "having"];

    private readonly QueryContext _context;
    private readonly List<FieldError> _faults = [];
    private readonly ConditionReader _conditions;
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    public AggregateQueryReader(QueryContext context)
    {
        _context = context;
        _conditions = new ConditionReader(context.Table, context.Schema, context.Now, _faults);
    }

    public Result<AggregateQuery> Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in parameters)
        {
            var word = QueryWords.Find(_context.Table, name, _old, _new);
            if (!seen.Add(word is null ? name : $"${word}"))
                _faults.Add(new(Excerpt.Of(name), FieldCodes.Duplicate, "is given twice"));
            else if (word == "filter")
                _conditions.ReadFilter(value);
            else if (word is not null)
                _words[word] = value;
            else
                _conditions.ReadEquality(name, value);
        }

        var outputs = new AggregateOutputReader(_context, _faults);
        var groups = _words.TryGetValue("group", out var text) ? outputs.ReadGroups(text) : [];
        var selected = outputs.ReadSelected(_words.GetValueOrDefault("select", "count()"));
        IReadOnlyList<AggregateOutput> all = [.. groups, .. selected];
        foreach (var twice in all.GroupBy(o => o.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            _faults.Add(new("select", FieldCodes.Duplicate, $"gives '{Excerpt.Of(twice.Key)}' twice"));
        if (JoinBound.Fault(all.SelectMany(o => o.Operand is null ? [] : QueriedTables.PathsOf(o.Operand)), "select") is { } tooMany)
            _faults.Add(tooMany);
        var sort = ReadSort(all, groups.Count);
        var limit = (int)ReadNumber("limit", AggregateQuery.DefaultLimit, 1, AggregateQuery.MaxLimit);
        var offset = ReadNumber("offset", 0, 0, long.MaxValue);
        if (_faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, _faults);
        if ((_conditions.FilterError ?? outputs.Error) is { } error)
            return error;

        Condition? having = null;
        if (_words.TryGetValue("having", out text) && !ReadHaving(all, text).TryGet(out having, out error))
            return error;
        return new AggregateQuery
        {
            Outputs = all,
            Groups = groups.Count,
            Filter = _conditions.Condition,
            Having = having,
            Sort = sort,
            Limit = limit,
            Offset = offset,
            OtherTables =
            [
                .. all.Where(o => o.Operand is not null).SelectMany(o => QueriedTables.Of(o.Operand!)) // not null: looked at
                    .Concat(_conditions.Condition is { } condition ? QueriedTables.Of(condition) : [])
                    .Distinct(),
            ],
        };
    }

    private Result<Condition> ReadHaving(IReadOnlyList<AggregateOutput> outputs, string text) =>
        FilterText.BindOutputs([.. outputs.Select(o => new FilterOutput(o.Name, o.Type, o.Scale))], text, _context.Now);

    /// <summary>Outputs by name, with a <c>-</c> before them for descending. What is grouped by stands behind them, so that groups never tie.</summary>
    private List<AggregateSort> ReadSort(IReadOnlyList<AggregateOutput> outputs, int groups)
    {
        var sort = new List<AggregateSort>();
        foreach (var part in _words.TryGetValue("sort", out var text) ? NameList.Split(text, ',') : [])
        {
            var isDescending = part.StartsWith('-');
            var name = isDescending ? part[1..] : part;
            bool? nullsFirst = name.EndsWith(":nullsfirst", StringComparison.Ordinal) ? true : name.EndsWith(":nullslast", StringComparison.Ordinal) ? false : null;
            name = NameList.Unquote(nullsFirst is null ? name : name[..name.LastIndexOf(':')]);
            var index = outputs.Index().FirstOrDefault(o => o.Item.Name.Equals(name, StringComparison.OrdinalIgnoreCase), (-1, null!)).Index; // -1: the null is not read
            if (index < 0)
                _faults.Add(new("sort", FieldCodes.UnknownColumn, $"names '{Excerpt.Of(name)}', which is none of {string.Join(", ", outputs.Select(o => o.Name))}"));
            else if (!sort.Exists(s => s.Output == index))
                sort.Add(new AggregateSort(index, isDescending, nullsFirst ?? !isDescending));
        }

        for (var i = 0; i < groups; i++)
        {
            if (!sort.Exists(s => s.Output == i))
                sort.Add(new AggregateSort(i, IsDescending: false, NullsFirst: true));
        }

        return sort;
    }

    private long ReadNumber(string word, long absent, long min, long max)
    {
        if (!_words.TryGetValue(word, out var text))
            return absent;
        if (ValueText.IsWhole(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        _faults.Add(new(word, FieldCodes.OutOfRange, max == long.MaxValue ? $"must be a whole number of at least {min}" : $"must be a whole number between {min} and {max}"));
        return absent;
    }
}
