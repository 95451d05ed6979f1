using LoadSqlite.Source;

namespace LoadSqlite.Plan;

/// <summary>What the values of one column are. SQLite lets a column hold anything, so only its values say which type keeps them all.</summary>
internal sealed class ColumnSurvey
{
    private long _texts;
    private long _blobs;
    private long _integers;
    private long _reals;
    private long _unreadable;
    private long _withNul;
    private long _infinite;
    private long _tooLongForReal;
    private bool _onlyZeroAndOne = true;

    public long Nulls { get; private set; }

    public long NegativeZeros { get; private set; }

    public void Add(object? value)
    {
        switch (value)
        {
            case null:
                Nulls++;
                break;
            case long number:
                _integers++;
                _onlyZeroAndOne &= number is 0 or 1;
                if ((Int128)(double)number != number)
                    _tooLongForReal++;
                break;
            case double number:
                _reals++;
                if (!double.IsFinite(number))
                    _infinite++;
                if (number == 0 && double.IsNegative(number))
                    NegativeZeros++;
                break;
            case string text:
                _texts++;
                if (text.Contains('\0'))
                    _withNul++;
                break;
            case byte[]:
                _blobs++;
                break;
            case UnreadableText:
                _texts++;
                _unreadable++;
                break;
        }
    }

    /// <summary>The type that keeps every value, or what stands against it.</summary>
    public ColumnType? Decide(string declaredType, out string? obstacle)
    {
        obstacle = Obstacle();
        return (obstacle, _texts, _blobs, _reals, _integers) switch
        {
            (not null, _, _, _, _) => null,
            (_, > 0, _, _, _) => ColumnType.Text,
            (_, _, > 0, _, _) => ColumnType.Blob,
            (_, _, _, > 0, _) => ColumnType.Real,
            (_, _, _, _, > 0) => _onlyZeroAndOne && IsBoolean(declaredType) ? ColumnType.Boolean : ColumnType.Integer,
            _ => FromDeclaration(declaredType),
        };
    }

    private string? Obstacle()
    {
        var numbers = _integers + _reals;
        if (new[] { _texts, _blobs, numbers }.Count(n => n > 0) > 1)
            return $"it holds {Listed((_texts, "text"), (_blobs, "blob"), (_integers, "integer"), (_reals, "real"))}, which no type keeps together";
        if (_unreadable > 0)
            return $"{_unreadable} of its texts are not valid in the encoding of the file";
        if (_withNul > 0)
            return $"{_withNul} of its texts hold U+0000, which TEXT does not take";
        if (_infinite > 0)
            return $"{_infinite} of its reals are infinite, which REAL does not take";
        if (_reals > 0 && _tooLongForReal > 0)
            return $"it mixes reals with {_tooLongForReal} integers of more digits than REAL keeps";
        return null;
    }

    private static string Listed(params (long Count, string What)[] kinds) =>
        string.Join(", ", kinds.Where(k => k.Count > 0).Select(k => $"{k.Count} {k.What} value{(k.Count == 1 ? "" : "s")}"));

    // SQLite's own rules of affinity, with the two that it has no word for.
    private static ColumnType FromDeclaration(string declaredType) => declaredType.ToUpperInvariant() switch
    {
        var type when IsBoolean(type) => ColumnType.Boolean,
        var type when type.Contains("INT") => ColumnType.Integer,
        var type when type.Contains("CHAR") || type.Contains("CLOB") || type.Contains("TEXT") => ColumnType.Text,
        var type when type.Contains("DATE") || type.Contains("TIME") => ColumnType.Text,
        var type when type.Contains("BLOB") || type.Length == 0 => ColumnType.Blob,
        _ => ColumnType.Real,
    };

    private static bool IsBoolean(string declaredType) => declaredType.ToUpperInvariant() is "BOOLEAN" or "BOOL";
}
