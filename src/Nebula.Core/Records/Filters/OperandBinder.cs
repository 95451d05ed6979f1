using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>Turns values as they are written into operands that have types. Each method gives null when it has noted a fault.</summary>
internal sealed class OperandBinder
{
    private readonly FilterScope _scope;
    private readonly FilterFaults _faults;
    private readonly LiteralBinder _literals;
    private readonly FunctionBinder _functions;

    public OperandBinder(FilterScope scope, DateTimeOffset now, FilterFaults faults)
    {
        (_scope, _faults, _literals) = (scope, faults, new LiteralBinder(now, faults));
        _functions = new FunctionBinder(this, faults);
    }

    /// <summary>Resolves names, and calls as a whole; literals are left as they are.</summary>
    public FilterTerm? Resolve(ValueSyntax value) => value switch
    {
        ValueSyntax.Name name => _scope.Find(name, _faults),
        ValueSyntax.Call call => _functions.Bind(call) is { } bound ? FilterTerm.Of(call, bound) : null,
        _ => FilterTerm.Of(value),
    };

    public IReadOnlyList<FilterTerm>? Resolve(IEnumerable<ValueSyntax> values)
    {
        var terms = new List<FilterTerm>();
        foreach (var value in values)
        {
            if (Resolve(value) is not { } term)
                return null;
            terms.Add(term);
        }

        return terms;
    }

    /// <summary>Gives values that meet in one test types that compare.</summary>
    /// <param name="isExact">All of one type: numbers of several types are then none that go together.</param>
    public IReadOnlyList<Operand>? Unify(IReadOnlyList<FilterTerm> terms, bool isExact = false)
    {
        // What has a type of its own gives it to the others; without any, the first literal does.
        var anchor = terms.FirstOrDefault(t => t.Bound is not null) ?? terms.FirstOrDefault(t => t is { IsLiteral: true, IsNull: false });
        if (anchor is null)
        {
            _faults.Add(terms[0].At, Shown(terms[0]), " has no type here", FieldCodes.WrongType, "What stands in a JSON column takes the type of what it is compared with.");
            return null;
        }

        var (type, scale) = anchor.Bound is { } bound ? (bound.Type, bound.Scale) : (LiteralBinder.NaturalType(anchor.Literal!), 0); // an anchor is the one or the other
        if (anchor.IsLiteral && terms.Any(t => t.Json is not null))
            type = JsonType(type) ?? ColumnType.Text; // JSON knows days and moments as texts
        var operands = new List<Operand>(terms.Count);
        foreach (var term in terms)
        {
            if (Typed(term, anchor, type, scale, isExact) is not { } operand)
                return null;
            operands.Add(operand);
        }

        return operands;
    }

    /// <summary>Gives a value one of the types that its place allows: its own, or for a literal or what stands in a JSON column the one that fits.</summary>
    public Operand? Typed(FilterTerm term, string place, params ReadOnlySpan<ColumnType> allowed)
    {
        if (term.Json is { } json)
        {
            foreach (var type in allowed)
            {
                if (type is ColumnType.Text or ColumnType.Real or ColumnType.Boolean)
                    return new Operand.JsonField(json.Column, json.Keys, type);
            }
        }
        else if (term.IsLiteral)
        {
            var natural = LiteralBinder.NaturalType(term.Literal);
            if (term.IsNull || allowed.Contains(natural))
                return _literals.Bind(term.Literal, natural, 0, isExact: true, place);
        }
        else if (term.Bound is { } bound && allowed.Contains(bound.Type))
        {
            return bound;
        }

        var names = string.Join(" or ", allowed.ToArray().Select(ColumnTypes.Name));
        _faults.Add(term.At, Shown(term), $"{(term.Bound is { } typed ? $" is {ColumnTypes.Name(typed.Type)}" : "")}; {place} needs {names}", FieldCodes.WrongType);
        return null;
    }

    /// <summary>A value as it stands in the filter.</summary>
    public string Shown(FilterTerm term) => _faults.Shown(term.At, term.Syntax.End);

    private Operand? Typed(FilterTerm term, FilterTerm anchor, ColumnType type, int scale, bool isExact)
    {
        if (term.IsLiteral)
            return _literals.Bind(term.Literal, type, scale, isExact, Described(anchor, type, scale));
        if (term.Json is { } json)
            return JsonType(type) is { } own ? new Operand.JsonField(json.Column, json.Keys, own) : Mismatch(term, anchor, type, scale, null);
        if (term.Bound is not { } bound)
            return null;
        if (bound.Type == type && (!isExact || bound.Scale == scale))
            return bound;
        if (!isExact && IsNumber(bound.Type) && IsNumber(type))
            return bound;
        return Mismatch(term, anchor, type, scale, bound);
    }

    private Operand? Mismatch(FilterTerm term, FilterTerm anchor, ColumnType type, int scale, Operand? bound)
    {
        var own = bound is null ? "" : $" is {TypeName(bound.Type, bound.Scale)} and";
        var hint = IsDay(type) || (bound is not null && IsDay(bound.Type)) ? "date(…) makes a day of a DATETIME or a TEXT." : null;
        _faults.Add(term.At, Shown(term), $"{own} does not go with {Described(anchor, type, scale)}", FieldCodes.WrongType, hint);
        return null;
    }

    private string Described(FilterTerm anchor, ColumnType type, int scale) =>
        anchor.IsLiteral ? Shown(anchor) : $"{Shown(anchor)}, which is {TypeName(type, scale)}";

    private static string TypeName(ColumnType type, int scale) =>
        type == ColumnType.Decimal ? $"DECIMAL with {scale} digits behind the point" : ColumnTypes.Name(type);

    /// <summary>What JSON has that compares with a type.</summary>
    private static ColumnType? JsonType(ColumnType type) => type switch
    {
        ColumnType.Text or ColumnType.Boolean => type,
        ColumnType.Integer or ColumnType.Real or ColumnType.Decimal => ColumnType.Real,
        _ => null,
    };

    private static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Real or ColumnType.Decimal;

    private static bool IsDay(ColumnType type) => type is ColumnType.Date or ColumnType.DateTime;
}
