using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>Binds calls: how many arguments a function has, of which types, and what type it gives.</summary>
internal sealed class FunctionBinder(OperandBinder operands, FilterFaults faults)
{
    /// <summary>A double has no more digits than these that mean something.</summary>
    private const int MaxRoundedDigits = 15;

    private static readonly (string Name, FilterFunction Function)[] _functions =
        [.. Enum.GetValues<FilterFunction>().Select(f => (f.ToString().ToLowerInvariant(), f))];

    /// <summary>Gives null when it has noted a fault.</summary>
    public Operand.Call? Bind(ValueSyntax.Call call)
    {
        var name = call.Function.ToLowerInvariant();
        foreach (var (known, function) in _functions)
        {
            if (known == name)
                return HasArguments(call, name, function) && operands.Resolve(call.Arguments) is { } terms ? Bind(function, name, terms) : null;
        }

        faults.Add(call.At, $"unknown function '{Excerpt.Of(call.Function)}'", NameSuggestion.For(name, _functions.Select(f => f.Name)), hint:
            $"There are {string.Join(", ", _functions.Select(f => f.Name))}.");
        return null;
    }

    private bool HasArguments(ValueSyntax.Call call, string name, FilterFunction function)
    {
        var (least, most) = function switch
        {
            FilterFunction.Round => (1, 2),
            FilterFunction.Coalesce => (2, int.MaxValue),
            _ => (1, 1),
        };
        var count = call.Arguments.Count;
        if (count >= least && count <= most)
            return true;
        var needs = (least, most) switch
        {
            (1, 1) => "one value",
            (1, 2) => "one or two values",
            _ => "at least two values",
        };
        faults.Add(call.At, $"'{name}'", $" takes {needs}, got {count}");
        return false;
    }

    private Operand.Call? Bind(FilterFunction function, string name, IReadOnlyList<FilterTerm> terms) => function switch
    {
        FilterFunction.Lower or FilterFunction.Upper => Of(function, operands.Typed(terms[0], name, ColumnType.Text), ColumnType.Text),
        FilterFunction.Length => Of(function, operands.Typed(terms[0], name, ColumnType.Text, ColumnType.Blob), ColumnType.Integer),
        FilterFunction.Abs => Number(terms[0], name) is { } number ? Of(function, number, number.Type, number.Scale) : null,
        FilterFunction.Round => Round(name, terms),
        FilterFunction.Coalesce => operands.Unify(terms, isExact: true) is { } all && IsPlain(terms[0], all[0])
            ? new(function, all, all[0].Type, all[0].Scale)
            : null,
        FilterFunction.Date => Of(function, Day(terms[0], name), ColumnType.Date),
        _ => Of(function, Day(terms[0], name), ColumnType.Integer),
    };

    private static Operand.Call? Of(FilterFunction function, Operand? argument, ColumnType type, int scale = 0) =>
        argument is null ? null : new(function, [argument], type, scale);

    private Operand? Number(FilterTerm term, string name) => operands.Typed(term, name, ColumnType.Integer, ColumnType.Real, ColumnType.Decimal);

    private Operand? Day(FilterTerm term, string name) => operands.Typed(term, name, ColumnType.Date, ColumnType.DateTime, ColumnType.Text);

    private Operand.Call? Round(string name, IReadOnlyList<FilterTerm> terms)
    {
        if (Number(terms[0], name) is not { } number)
            return null;
        if (terms.Count == 1)
            return Of(FilterFunction.Round, number, ColumnType.Real);
        if (terms[1].Literal is ValueSyntax.Number { Digits: var digits } && int.TryParse(digits, out var count) && count is >= 0 and <= MaxRoundedDigits)
            return new(FilterFunction.Round, [number, new Operand.Literal(TypedValue.Of((long)count), ColumnType.Integer)], ColumnType.Real);
        faults.Add(terms[1].At, operands.Shown(terms[1]), $"; round takes how many digits to keep, from 0 to {MaxRoundedDigits}", FieldCodes.WrongType);
        return null;
    }

    private bool IsPlain(FilterTerm term, Operand operand)
    {
        if (operand.Type != ColumnType.Json)
            return true;
        faults.Add(term.At, operands.Shown(term), " is JSON, which only compares with null", FieldCodes.WrongType);
        return false;
    }
}
