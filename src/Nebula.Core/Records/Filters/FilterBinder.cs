using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>Turns a filter as it is written into a condition: names are resolved, types fit. Each method gives null when it has noted a fault.</summary>
internal sealed class FilterBinder(FilterScope scope, DateTimeOffset now, FilterFaults faults)
{
    private const int MaxPattern = 256;

    private readonly OperandBinder _operands = new(scope, now, faults);

    public Condition? Bind(FilterSyntax syntax) => syntax switch
    {
        FilterSyntax.All all => Parts(all.Parts) is { } parts ? new Condition.All(parts) : null,
        FilterSyntax.Any any => Parts(any.Parts) is { } parts ? new Condition.Any(parts) : null,
        FilterSyntax.Not not => Bind(not.Inner) is { } inner ? new Condition.Not(inner) : null,
        FilterSyntax.Binary binary => Binary(binary),
        FilterSyntax.In @in => In(@in),
        FilterSyntax.Between between => Between(between),
        FilterSyntax.Like like => Like(like),
        FilterSyntax.IsNull isNull => _operands.Resolve(isNull.Value) is { } term ? IsNull(term, isNull.IsNegated) : null,
        FilterSyntax.Alone alone => Alone(alone),
        _ => throw new ArgumentOutOfRangeException(nameof(syntax)),
    };

    /// <summary>Binds a value that stands by itself, to sort or to group by. What stands in a JSON column is its text there.</summary>
    public Operand? Bind(ValueSyntax value, bool allowToMany)
    {
        if (_operands.Resolve(value) is not { } term)
            return null;
        if (term.IsLiteral)
        {
            faults.Add(term.At, _operands.Shown(term), " is the same for all; expected a column or a function of one");
            return null;
        }

        var operand = term.Bound ?? _operands.Typed(term, "it", ColumnType.Text);
        if (allowToMany || operand is null || ToMany(operand) is not { } relation)
            return operand;
        faults.Add(term.At, _operands.Shown(term), $" has any number of values, because '{relation.Name}' leads to any number of records", FieldCodes.WrongType);
        return null;
    }

    private List<Condition>? Parts(IReadOnlyList<FilterSyntax> parts)
    {
        var bound = new List<Condition>(parts.Count);
        foreach (var part in parts)
        {
            if (Bind(part) is not { } condition)
                return null;
            bound.Add(condition);
        }

        return bound;
    }

    private Condition? Binary(FilterSyntax.Binary test)
    {
        if (_operands.Resolve([test.Left, test.Right]) is not { } terms)
            return null;
        switch (test.Sign)
        {
            case FilterTokenKind.Contains or FilterTokenKind.NotContains:
                return Match(terms, MatchKind.Contains, test.Sign == FilterTokenKind.NotContains);
            case FilterTokenKind.StartsWith:
                return Match(terms, MatchKind.StartsWith, isNegated: false);
            case FilterTokenKind.EndsWith:
                return Match(terms, MatchKind.EndsWith, isNegated: false);
        }

        var comparison = test.Sign switch
        {
            FilterTokenKind.Equal => Comparison.Equal,
            FilterTokenKind.NotEqual => Comparison.NotEqual,
            FilterTokenKind.Less => Comparison.Less,
            FilterTokenKind.LessOrEqual => Comparison.LessOrEqual,
            FilterTokenKind.Greater => Comparison.Greater,
            _ => Comparison.GreaterOrEqual,
        };
        var isEquality = comparison is Comparison.Equal or Comparison.NotEqual;
        if (isEquality && terms.Any(t => t.IsNull))
            return IsNull(terms[0].IsNull ? terms[1] : terms[0], comparison == Comparison.NotEqual);
        return _operands.Unify(terms) is { } sides && Compares(terms, sides, isEquality) ? new Condition.Compare(sides[0], comparison, sides[1]) : null;
    }

    private Condition.Match? Match(IReadOnlyList<FilterTerm> terms, MatchKind kind, bool isNegated) =>
        Text(terms[0]) is { } text && Text(terms[1]) is { } part ? new(text, kind, part, isNegated) : null;

    private Operand? Text(FilterTerm term) => _operands.Typed(term, "a comparison of texts", ColumnType.Text);

    private Condition.Match? Like(FilterSyntax.Like like)
    {
        if (_operands.Resolve(like.Value) is not { } term || Text(term) is not { } text)
            return null;
        if (like.Pattern is not ValueSyntax.Text { Value: var pattern })
        {
            faults.Add(like.Pattern.At, faults.Shown(like.Pattern.At, like.Pattern.End), " is no pattern; expected a text in single quotes", FieldCodes.WrongType);
            return null;
        }

        // SQLite can't be interrupted within one match, and the time that it takes grows with text and pattern.
        if (pattern.Length > MaxPattern)
        {
            faults.Add(like.Pattern.At, faults.Shown(like.Pattern.At, like.Pattern.End), $" is a pattern of more than {MaxPattern} characters", FieldCodes.TooLong);
            return null;
        }

        var escapes = 0;
        while (escapes < pattern.Length && pattern[^(escapes + 1)] == '\\')
            escapes++;
        if (escapes % 2 == 0)
            return new(text, like.Kind, new Operand.Literal(TypedValue.Text(Encoding.UTF8.GetBytes(pattern)), ColumnType.Text), like.IsNegated);
        faults.Add(like.Pattern.At, "the pattern", " ends with a \\ that takes nothing as it is", hint: @"A backslash itself is \\.");
        return null;
    }

    private Condition.In? In(FilterSyntax.In test)
    {
        if (_operands.Resolve([test.Value, .. test.Values]) is not { } terms || _operands.Unify(terms) is not { } all || !Compares(terms, all, isEquality: true))
            return null;
        return new(all[0], [.. all.Skip(1)], test.IsNegated);
    }

    private Condition.Between? Between(FilterSyntax.Between test)
    {
        if (_operands.Resolve([test.Value, test.Low, test.High]) is not { } terms || _operands.Unify(terms) is not { } all || !Compares(terms, all, isEquality: false))
            return null;
        return new(all[0], all[1], all[2], test.IsNegated);
    }

    private Condition.IsNull? IsNull(FilterTerm term, bool isNegated)
    {
        if (term.Bound is { } bound)
            return new(bound, isNegated);
        if (term.Json is { } json)
            return new(new Operand.JsonField(json.Column, json.Keys, ColumnType.Json), isNegated);
        faults.Add(term.At, _operands.Shown(term), " is a literal; expected a column", FieldCodes.WrongType);
        return null;
    }

    private Condition.IsTrue? Alone(FilterSyntax.Alone test)
    {
        if (_operands.Resolve(test.Value) is not { } term)
            return null;
        if (term.Bound is { Type: ColumnType.Boolean } bound)
            return new(bound);
        if (term.Json is { } json)
            return new(new Operand.JsonField(json.Column, json.Keys, ColumnType.Boolean));
        if (term.Literal is ValueSyntax.Boolean literal)
            return new(new Operand.Literal(TypedValue.Of(literal.Value), ColumnType.Boolean));
        var type = term.Bound is { } other ? $" is {ColumnTypes.Name(other.Type)} and" : " is";
        faults.Add(term.At, _operands.Shown(term), $"{type} no condition by itself; expected an operator such as = behind it", FieldCodes.WrongType);
        return null;
    }

    /// <summary>Whether values of this type can be compared at all, with = or by their order.</summary>
    private bool Compares(IReadOnlyList<FilterTerm> terms, IReadOnlyList<Operand> operands, bool isEquality)
    {
        for (var i = 0; i < operands.Count; i++)
        {
            var only = operands[i].Type switch
            {
                ColumnType.Json => "null",
                ColumnType.Blob when !isEquality => "=, != and in",
                _ => null,
            };
            if (only is null)
                continue;
            faults.Add(terms[i].At, _operands.Shown(terms[i]), $" is {ColumnTypes.Name(operands[i].Type)}, which only compares with {only}", FieldCodes.WrongType);
            return false;
        }

        return true;
    }

    private static Relation? ToMany(Operand operand) => operand switch
    {
        Operand.Field field => field.Path.FirstOrDefault(step => step.IsToMany),
        Operand.JsonField json => ToMany(json.Column),
        Operand.Call call => call.Arguments.Select(ToMany).FirstOrDefault(relation => relation is not null),
        _ => null,
    };
}
