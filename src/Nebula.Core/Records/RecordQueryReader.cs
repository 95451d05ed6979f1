using System.Globalization;
using System.Text;
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
        if (!IsWhole(value))
            Add(name, FieldCodes.WrongType, "expects a whole number");
        else if (!TryParse(value, out long number) || number < min || number > max)
            Add(name, FieldCodes.OutOfRange, max == long.MaxValue ? $"must be at least {min}" : $"must lie between {min} and {max}");
        else
            return number;
        return min;
    }

    private void ReadEquality(string name, Column column, string text)
    {
        switch (column.Type)
        {
            case ColumnType.Integer when TryParse(text, out long integer):
                _equalities.Add(new(column, DraftValue.Of(integer), default));
                return;
            case ColumnType.Integer when IsWhole(text):
                Add(name, FieldCodes.OutOfRange, "lies outside of the 64 bits of an INTEGER");
                return;
            case ColumnType.Real when TryParse(text, out double real) && double.IsFinite(real):
                _equalities.Add(new(column, DraftValue.Of(real), default));
                return;
            case ColumnType.Real when TryParse(text, out double _) && text.AsSpan().ContainsAnyInRange('0', '9'): // no word such as Infinity
                Add(name, FieldCodes.OutOfRange, "lies outside of the range of a REAL");
                return;
            case ColumnType.Boolean when ReadBoolean(text) is { } bit:
                _equalities.Add(new(column, DraftValue.Of(bit), default));
                return;
            case ColumnType.Text when !text.Contains('\0'):
                var utf8 = Encoding.UTF8.GetBytes(text);
                _equalities.Add(new(column, DraftValue.Text(0, utf8.Length), utf8));
                return;
            case ColumnType.Blob when ReadBase64(text) is { } bytes:
                _equalities.Add(new(column, DraftValue.Blob(0, bytes.Length), bytes));
                return;
            case ColumnType.Blob:
                Add(name, FieldCodes.NotBase64, "expects base64");
                return;
            default:
                Add(name, FieldCodes.WrongType, $"expects {ColumnTypes.Name(column.Type)}");
                return;
        }
    }

    private static long? ReadBoolean(string text) => text switch
    {
        "1" => 1,
        "0" => 0,
        _ when text.Equals("true", StringComparison.OrdinalIgnoreCase) => 1,
        _ when text.Equals("false", StringComparison.OrdinalIgnoreCase) => 0,
        _ => null,
    };

    /// <summary>Whether it is a whole number of any size.</summary>
    private static bool IsWhole(string text)
    {
        var digits = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }

    // The library's parsers alone would take any number of U+0000 at the end.
    private static bool TryParse(string text, out long value)
    {
        value = 0;
        return IsWhole(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryParse(string text, out double value)
    {
        value = 0;
        return !text.Contains('\0') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static byte[]? ReadBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) ? bytes[..written] : null;
    }

    private void Add(string name, string code, string message) => _faults.Add(new(Excerpt.Of(name), code, message));
}
