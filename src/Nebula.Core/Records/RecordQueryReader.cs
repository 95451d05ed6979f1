using System.Globalization;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Reads the parameters of a list: five words, <c>count</c>, and any column of the table as an equality.</summary>
internal sealed class RecordQueryReader(Table table)
{
    private readonly List<FieldError> _faults = [];
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Equality> _equalities = [];
    private int _limit = RecordQuery.DefaultLimit;
    private long _offset;
    private Column? _sortBy = table.Key;
    private bool _isDescending;
    private bool _withTotal = true;
    private IReadOnlyList<Column>? _fields;

    public Result<RecordQuery> Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (!_seen.Add(OneName(name)))
                Add(name, FieldCodes.Duplicate, "is given twice");
            else
                Read(name, value);
        }

        if (_faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, _faults);
        return new RecordQuery
        {
            Limit = _limit,
            Offset = _offset,
            SortBy = _sortBy ?? table.Columns[0],
            IsDescending = _isDescending,
            Fields = _fields,
            Equalities = _equalities,
            WithTotal = _withTotal,
        };
    }

    /// <summary>Reads a comma list of columns; a column named twice is given once.</summary>
    public static IReadOnlyList<Column> ReadFields(Table table, string value, List<FieldError> faults)
    {
        var columns = new List<Column>();
        foreach (var name in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (table.Find(name) is not { } column)
                faults.Add(new("fields", FieldCodes.UnknownColumn, $"names '{Excerpt.Of(name)}', which is no column of '{table.Name}'"));
            else if (!columns.Contains(column))
                columns.Add(column);
        }

        return columns;
    }

    private void Read(string name, string value)
    {
        switch (name)
        {
            case "limit" or "$limit":
                _limit = (int)ReadNumber(name, value, 1, RecordQuery.MaxLimit);
                return;
            case "offset" or "$offset":
                _offset = ReadNumber(name, value, 0, long.MaxValue);
                return;
            case "sort" or "$sort":
                _sortBy = table.Find(value);
                if (_sortBy is null)
                    Add(name, FieldCodes.UnknownColumn, $"names '{Excerpt.Of(value)}', which is no column of '{table.Name}'");
                return;
            case "order" or "$order":
                _isDescending = value.Equals("desc", StringComparison.OrdinalIgnoreCase);
                if (!_isDescending && !value.Equals("asc", StringComparison.OrdinalIgnoreCase))
                    Add(name, FieldCodes.Invalid, "must be 'asc' or 'desc'");
                return;
            case "fields" or "$fields":
                _fields = ReadFields(table, value, _faults);
                return;
            case "$count":
                ReadCount(name, value);
                return;
        }

        // Unlike the five words above, a newer word without its dollar gives way to a column of its name.
        if (table.Find(name) is { } column)
            ReadEquality(name, column, value);
        else if (name == "count")
            ReadCount(name, value);
        else
            Add(name, FieldCodes.UnknownParameter, $"is neither a parameter nor a column of '{table.Name}'");
    }

    /// <summary>One name for a word however it is written, so that giving it in both forms is giving it twice.</summary>
    private string OneName(string name) => name switch
    {
        "$limit" or "$offset" or "$sort" or "$order" or "$fields" => name[1..],
        "count" when table.Find(name) is null => "$count",
        _ => name,
    };

    private void ReadCount(string name, string value)
    {
        _withTotal = value == "exact";
        if (!_withTotal && value != "none")
            Add(name, FieldCodes.Invalid, "must be 'exact' or 'none'");
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

    private void ReadEquality(string name, Column column, string text)
    {
        if (!ValueText.TryRead(column, text, out var value, out var fault))
            _faults.Add(fault with { Field = Excerpt.Of(name) });
        else
            _equalities.Add(new(column, value));
    }

    private void Add(string name, string code, string message) => _faults.Add(new(Excerpt.Of(name), code, message));
}
