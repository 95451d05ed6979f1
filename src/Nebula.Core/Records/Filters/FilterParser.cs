namespace Nebula.Core.Records.Filters;

/// <summary>
/// Reads a filter by recursive descent. What a client could make large is capped, so that neither this nor anything that walks the tree afterwards goes
/// deeper than <see cref="MaxDepth"/> or sees more than <see cref="MaxTests"/> tests. Each method gives null when it has noted a fault.
/// </summary>
internal sealed class FilterParser
{
    public const int MaxLength = 4096;
    public const int MaxDepth = 32;
    public const int MaxTests = 100;
    public const int MaxValues = 1000;

    private readonly FilterFaults _faults;
    private readonly FilterLexer _lexer;
    private FilterToken _token;
    private int _end;
    private int _depth;
    private int _tests;

    private FilterParser(string text, FilterFaults faults)
    {
        (_faults, _lexer) = (faults, new FilterLexer(text, faults));
        _token = _lexer.Next();
    }

    public static FilterSyntax? Parse(string text, FilterFaults faults)
    {
        if (!HasRoom(text, faults))
            return null;
        var parser = new FilterParser(text, faults);
        return parser.Any() is { } condition && parser.IsAtEnd("an operator, 'and', 'or' or the end") ? condition : null;
    }

    /// <summary>Reads a single value.</summary>
    public static ValueSyntax? ParseValue(string text, FilterFaults faults)
    {
        if (!HasRoom(text, faults))
            return null;
        var parser = new FilterParser(text, faults);
        return parser.Value() is { } value && parser.IsAtEnd("the end") ? value : null;
    }

    private static bool HasRoom(string text, FilterFaults faults)
    {
        if (text.Length > MaxLength)
            faults.AddWhole($"has {text.Length} characters; at most {MaxLength} are allowed", FieldCodes.TooLong);
        return text.Length <= MaxLength;
    }

    private FilterSyntax? Any()
    {
        if (All() is not { } first)
            return null;
        if (_token.Kind != FilterTokenKind.Or)
            return first;
        var parts = new List<FilterSyntax> { first };
        while (Takes(FilterTokenKind.Or))
        {
            if (All() is not { } next)
                return null;
            parts.Add(next);
        }

        return new FilterSyntax.Any(first.At, parts);
    }

    private FilterSyntax? All()
    {
        if (Not() is not { } first)
            return null;
        if (_token.Kind != FilterTokenKind.And)
            return first;
        var parts = new List<FilterSyntax> { first };
        while (Takes(FilterTokenKind.And))
        {
            if (Not() is not { } next)
                return null;
            parts.Add(next);
        }

        return new FilterSyntax.All(first.At, parts);
    }

    private FilterSyntax? Not()
    {
        var at = _token.At;
        if (_token.Kind == FilterTokenKind.Not)
        {
            if (!Enters())
                return null;
            Advance();
            var inner = Not();
            _depth--;
            return inner is null ? null : new FilterSyntax.Not(at, inner);
        }

        if (_token.Kind != FilterTokenKind.Open)
            return Test();
        if (!Enters())
            return null;
        Advance();
        var condition = Any();
        _depth--;
        return condition is not null && Expect(FilterTokenKind.Close, "an operator, 'and', 'or' or ')'") ? condition : null;
    }

    private FilterSyntax? Test()
    {
        if (++_tests > MaxTests)
        {
            _faults.Add(_token.At, $"more than {MaxTests} tests", code: FieldCodes.TooLong);
            return null;
        }

        if (Value() is not { } value)
            return null;
        var (at, kind) = (_token.At, _token.Kind);
        switch (kind)
        {
            case >= FilterTokenKind.Equal and <= FilterTokenKind.EndsWith:
                Advance();
                return Value() is { } right ? new FilterSyntax.Binary(at, value, kind, right) : null;
            case FilterTokenKind.Is:
                Advance();
                var isNegated = Takes(FilterTokenKind.Not);
                return Expect(FilterTokenKind.Null, isNegated ? "'null'" : "'null' or 'not null'") ? new FilterSyntax.IsNull(at, value, isNegated) : null;
            case FilterTokenKind.Not when _token.IsWord:
                Advance();
                return Worded(at, value, isNegated: true);
            case FilterTokenKind.In or FilterTokenKind.Between or FilterTokenKind.Like or FilterTokenKind.InsensitiveLike:
                return Worded(at, value, isNegated: false);
            case FilterTokenKind.Broken:
                return null;
            default:
                return new FilterSyntax.Alone(value.At, value);
        }
    }

    private FilterSyntax? Worded(int at, ValueSyntax value, bool isNegated)
    {
        if (Takes(FilterTokenKind.In))
            return Values(MaxValues, "in") is { } values ? new FilterSyntax.In(at, value, values, isNegated) : null;
        if (Takes(FilterTokenKind.Between))
        {
            if (Value() is not { } low)
                return null;
            if (_token is not { Kind: FilterTokenKind.And, IsWord: true })
            {
                _faults.AddUnexpected(_token, "'and'");
                return null;
            }

            Advance();
            return Value() is { } high ? new FilterSyntax.Between(at, value, low, high, isNegated) : null;
        }

        var kind = _token.Kind == FilterTokenKind.Like ? MatchKind.Like : MatchKind.InsensitiveLike;
        if (Takes(FilterTokenKind.Like) || Takes(FilterTokenKind.InsensitiveLike))
            return Value() is { } pattern ? new FilterSyntax.Like(at, value, kind, pattern, isNegated) : null;
        _faults.AddUnexpected(_token, "'in', 'between', 'like' or 'ilike'");
        return null;
    }

    private ValueSyntax? Value()
    {
        var token = _token;
        switch (token.Kind)
        {
            case FilterTokenKind.Text:
                Advance();
                return new ValueSyntax.Text(token.At, token.End, token.Value);
            case FilterTokenKind.Number:
                Advance();
                return new ValueSyntax.Number(token.At, token.End, token.Value);
            case FilterTokenKind.True or FilterTokenKind.False:
                Advance();
                return new ValueSyntax.Boolean(token.At, token.End, token.Kind == FilterTokenKind.True);
            case FilterTokenKind.Null:
                Advance();
                return new ValueSyntax.Null(token.At, token.End);
            case FilterTokenKind.Now or FilterTokenKind.Today:
                Advance();
                return new ValueSyntax.Moment(token.At, token.End, token.Kind == FilterTokenKind.Today);
            case FilterTokenKind.Name or FilterTokenKind.QuotedName:
                Advance();
                return token.Kind == FilterTokenKind.Name && _token.Kind == FilterTokenKind.Open ? Call(token) : Name(token);
            default:
                _faults.AddUnexpected(token, "a value", token.IsWord ? "A column of that name needs double quotes." : null);
                return null;
        }
    }

    private ValueSyntax.Name? Name(FilterToken first)
    {
        var segments = new List<NameSegment> { new(first.Value, first.At) };
        while (Takes(FilterTokenKind.Dot))
        {
            if (_token.Kind is not (FilterTokenKind.Name or FilterTokenKind.QuotedName))
            {
                _faults.AddUnexpected(
                    _token, "a name", _token.IsWord || _token.Kind == FilterTokenKind.Number ? "Keywords and names that begin with a digit need double quotes." : null);
                return null;
            }

            segments.Add(new(_token.Value, _token.At));
            Advance();
        }

        return new(first.At, _end, segments);
    }

    private ValueSyntax.Call? Call(FilterToken name)
    {
        if (!Enters())
            return null;
        var arguments = Values(MaxValues, name.Value);
        _depth--;
        return arguments is null ? null : new(name.At, _end, name.Value, arguments);
    }

    /// <summary>One or more values in parentheses.</summary>
    private List<ValueSyntax>? Values(int max, string of)
    {
        if (!Expect(FilterTokenKind.Open, "'('"))
            return null;
        var values = new List<ValueSyntax>();
        do
        {
            if (values.Count == max)
            {
                _faults.Add(_token.At, $"more than {max} values in '{of}'", code: FieldCodes.TooLong);
                return null;
            }

            if (Value() is not { } value)
                return null;
            values.Add(value);
        }
        while (Takes(FilterTokenKind.Comma));
        return Expect(FilterTokenKind.Close, "',' or ')'") ? values : null;
    }

    private bool Enters()
    {
        if (++_depth <= MaxDepth)
            return true;
        _faults.Add(_token.At, $"nested deeper than {MaxDepth} levels", code: FieldCodes.TooLong);
        return false;
    }

    private bool IsAtEnd(string expected)
    {
        if (_token.Kind == FilterTokenKind.End)
            return true;
        _faults.AddUnexpected(_token, expected);
        return false;
    }

    private bool Expect(FilterTokenKind kind, string expected)
    {
        if (Takes(kind))
            return true;
        _faults.AddUnexpected(_token, expected);
        return false;
    }

    private bool Takes(FilterTokenKind kind)
    {
        if (_token.Kind != kind)
            return false;
        Advance();
        return true;
    }

    private void Advance()
    {
        _end = _token.End;
        _token = _lexer.Next();
    }
}
