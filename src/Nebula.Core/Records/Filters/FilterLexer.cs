namespace Nebula.Core.Records.Filters;

/// <summary>Cuts a filter into tokens, one at a time.</summary>
internal sealed class FilterLexer(string text, FilterFaults faults)
{
    private int _at;

    public FilterToken Next()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n')
            _at++;
        if (_at == text.Length)
            return new(FilterTokenKind.End, _at, 0, "");
        var token = text[_at] switch
        {
            '\'' => Quoted('\'', FilterTokenKind.Text, "text"),
            '"' => Quoted('"', FilterTokenKind.QuotedName, "name"),
            '@' => Variable(),
            var c when IsNameStart(c) => Word(),
            var c when char.IsAsciiDigit(c) || (c == '-' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])) => Number(),
            _ => Sign(),
        };
        _at = token.End;
        return token;
    }

    private FilterToken Quoted(char quote, FilterTokenKind kind, string what)
    {
        var end = _at + 1;
        while (end < text.Length && (text[end] != quote || (end + 1 < text.Length && text[end + 1] == quote)))
            end += text[end] == quote ? 2 : 1;
        if (end >= text.Length)
            return Broken(_at, $"the {what} that begins", $" has no end; expected a closing {quote}");
        var content = text[(_at + 1)..end].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
        if (content.Contains('\0'))
            return Broken(_at, $"the {what}", " holds U+0000, which no value and no name can");
        if (kind == FilterTokenKind.QuotedName && content.Length == 0)
            return Broken(_at, "the name", " is empty");
        return new(kind, _at, end + 1 - _at, content);
    }

    private FilterToken Variable()
    {
        var word = text[_at..EndOfWord(_at + 1)];
        if (word.Equals("@now", StringComparison.OrdinalIgnoreCase))
            return new(FilterTokenKind.Now, _at, word.Length, word);
        if (word.Equals("@today", StringComparison.OrdinalIgnoreCase))
            return new(FilterTokenKind.Today, _at, word.Length, word);
        return Broken(_at, $"unexpected '{Excerpt.Of(word)}'", "; expected @now or @today");
    }

    private FilterToken Word()
    {
        var word = text[_at..EndOfWord(_at)];
        return new(Keyword(word), _at, word.Length, word);
    }

    private static FilterTokenKind Keyword(string word) => word.ToUpperInvariant() switch
    {
        "OR" => FilterTokenKind.Or,
        "AND" => FilterTokenKind.And,
        "NOT" => FilterTokenKind.Not,
        "IN" => FilterTokenKind.In,
        "BETWEEN" => FilterTokenKind.Between,
        "LIKE" => FilterTokenKind.Like,
        "ILIKE" => FilterTokenKind.InsensitiveLike,
        "IS" => FilterTokenKind.Is,
        "NULL" => FilterTokenKind.Null,
        "TRUE" => FilterTokenKind.True,
        "FALSE" => FilterTokenKind.False,
        _ => FilterTokenKind.Name,
    };

    /// <summary>A number as JSON has it.</summary>
    private FilterToken Number()
    {
        var start = text[_at] == '-' ? _at + 1 : _at;
        var end = EndOfDigits(start);
        var hasLeadingZero = text[start] == '0' && end > start + 1;
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
            end = EndOfDigits(end + 1);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1 < text.Length && text[end + 1] is '-' or '+' ? end + 2 : end + 1;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                end = EndOfDigits(exponent);
        }

        var whole = EndOfWord(end);
        if (whole > end)
            return Broken(_at, $"unexpected '{Excerpt.Of(text[_at..whole])}'", "; a name that begins with a digit needs double quotes");
        if (hasLeadingZero)
            return Broken(_at, $"unexpected '{Excerpt.Of(text[_at..end])}'", "; a number has no zeros before its digits");
        return new(FilterTokenKind.Number, _at, end - _at, text[_at..end]);
    }

    private FilterToken Sign()
    {
        var next = _at + 1 < text.Length ? text[_at + 1] : '\0';
        var (kind, length) = (text[_at], next) switch
        {
            ('|', '|') => (FilterTokenKind.Or, 2),
            ('&', '&') => (FilterTokenKind.And, 2),
            ('!', '=') => (FilterTokenKind.NotEqual, 2),
            ('!', '~') => (FilterTokenKind.NotContains, 2),
            ('<', '=') => (FilterTokenKind.LessOrEqual, 2),
            ('>', '=') => (FilterTokenKind.GreaterOrEqual, 2),
            ('^', '=') => (FilterTokenKind.StartsWith, 2),
            ('$', '=') => (FilterTokenKind.EndsWith, 2),
            ('!', _) => (FilterTokenKind.Not, 1),
            ('=', _) => (FilterTokenKind.Equal, 1),
            ('<', _) => (FilterTokenKind.Less, 1),
            ('>', _) => (FilterTokenKind.Greater, 1),
            ('~', _) => (FilterTokenKind.Contains, 1),
            ('(', _) => (FilterTokenKind.Open, 1),
            (')', _) => (FilterTokenKind.Close, 1),
            (',', _) => (FilterTokenKind.Comma, 1),
            ('.', _) => (FilterTokenKind.Dot, 1),
            _ => (FilterTokenKind.Broken, 1),
        };
        if (kind != FilterTokenKind.Broken)
            return new(kind, _at, length, text.Substring(_at, length));

        var shown = char.IsSurrogatePair(text[_at], next) ? text.Substring(_at, 2) : text[_at..(_at + 1)];
        return Broken(_at, $"unexpected '{shown}'", shown switch
        {
            "|" => "; expected '||' or 'or'",
            "&" => "; expected '&&' or 'and'",
            "^" => "; expected '^='",
            "$" => "; expected '$='",
            _ when char.IsLetter(shown, 0) => "; a name with other characters than ASCII letters, digits and underscores needs double quotes",
            _ => "",
        });
    }

    /// <summary>Notes the fault, and lets nothing follow.</summary>
    private FilterToken Broken(int at, string what, string rest)
    {
        faults.Add(at, what, rest);
        return new(FilterTokenKind.Broken, at, text.Length - at, "");
    }

    private int EndOfWord(int from)
    {
        while (from < text.Length && (IsNameStart(text[from]) || char.IsAsciiDigit(text[from])))
            from++;
        return from;
    }

    private int EndOfDigits(int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from]))
            from++;
        return from;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
