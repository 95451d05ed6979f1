using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Aggregates;

/// <summary>Reads <c>group</c> and <c>select</c>: columns, paths and functions of them, and what is computed over them.</summary>
internal sealed class AggregateOutputReader(QueryContext context, List<FieldError> faults)
{
    private const int MaxGroups = 16;
    private const int MaxSelected = 64;

    /// <summary>What the first faulty expression failed with.</summary>
    public Error? Error { get; private set; }

    public IReadOnlyList<AggregateOutput> ReadGroups(string text)
    {
        var parts = Split(text, "group", MaxGroups);
        var operands = parts.Select(p => Bind(p, "group")).OfType<Operand>().ToList();
        return
        [
            .. operands.Select(operand =>
            {
                if (operand.Type is ColumnType.Json or ColumnType.Blob)
                    faults.Add(new("group", FieldCodes.WrongType, $"can't group by '{NameOf(operand)}', which is {ColumnTypes.Name(operand.Type)}"));

                // A function is called by its own name as long as that tells it from the others.
                var name = operand is Operand.Call call && operands.Count(o => o is Operand.Call other && other.Function == call.Function) == 1
                    ? NameOf(call.Function)
                    : NameOf(operand);
                return new AggregateOutput(name, null, operand, IsDistinct: false, operand.Type, operand.Scale);
            }),
        ];
    }

    public IReadOnlyList<AggregateOutput> ReadSelected(string text) => [.. Split(text, "select", MaxSelected).Select(ReadOne).OfType<AggregateOutput>()];

    private AggregateOutput? ReadOne(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        AggregateFunction? named = open < 0 || !text.EndsWith(')') ? null : text[..open].Trim().ToUpperInvariant() switch
        {
            "COUNT" => AggregateFunction.Count,
            "SUM" => AggregateFunction.Sum,
            "AVG" => AggregateFunction.Avg,
            "MIN" => AggregateFunction.Min,
            "MAX" => AggregateFunction.Max,
            _ => null,
        };
        if (named is not { } function)
        {
            faults.Add(new("select", FieldCodes.Invalid, $"has '{Excerpt.Of(text)}' where only count(), count(x), count(distinct x), sum(x), avg(x), min(x), max(x) may stand"));
            return null;
        }

        var argument = text[(open + 1)..^1].Trim();
        if (function == AggregateFunction.Count && argument is "" or "*")
            return new AggregateOutput("count", function, null, IsDistinct: false, ColumnType.Integer, 0);
        var isDistinct = argument.StartsWith("distinct ", StringComparison.OrdinalIgnoreCase);
        if (isDistinct && function != AggregateFunction.Count)
            faults.Add(new("select", FieldCodes.Invalid, $"has 'distinct' in '{Excerpt.Of(text)}', which only count takes"));
        if (Bind(isDistinct ? argument[9..] : argument, "select") is not { } operand)
            return null;
        var name = $"{NameOf(function)}_{(isDistinct ? "distinct_" : "")}{NameOf(operand)}";
        if (!Takes(function, operand.Type))
            faults.Add(new("select", FieldCodes.WrongType, $"can't have {NameOf(function)} of '{NameOf(operand)}', which is {ColumnTypes.Name(operand.Type)}"));
        return function switch
        {
            AggregateFunction.Count => new AggregateOutput(name, function, operand, isDistinct, ColumnType.Integer, 0),
            AggregateFunction.Avg => new AggregateOutput(name, function, operand, isDistinct, ColumnType.Real, 0),
            _ => new AggregateOutput(name, function, operand, isDistinct, operand.Type, operand.Scale),
        };
    }

    private static bool Takes(AggregateFunction function, ColumnType type) => function switch
    {
        AggregateFunction.Count => type is not ColumnType.Json,
        AggregateFunction.Sum or AggregateFunction.Avg => type is ColumnType.Integer or ColumnType.Real or ColumnType.Decimal,
        _ => type is not (ColumnType.Json or ColumnType.Blob),
    };

    private IReadOnlyList<string> Split(string text, string parameter, int max)
    {
        var parts = NameList.Split(text, ',');
        if (parts.Count <= max)
            return parts;
        faults.Add(new(parameter, FieldCodes.OutOfRange, $"may have at most {max} parts"));
        return [];
    }

    private Operand? Bind(string text, string parameter)
    {
        if (FilterText.BindOperand(context.Table, context.Schema, text, context.Now, allowToMany: false, parameter).TryGet(out var operand, out var error))
            return operand;
        Error ??= error;
        return null;
    }

    private static string NameOf(Operand operand) => operand switch
    {
        Operand.Field field => string.Join('.', field.Path.Select(r => r.Name).Append(field.Column.Name)),
        Operand.JsonField json => $"{NameOf(json.Column)}.{string.Join('.', json.Keys)}",
        Operand.Call call => $"{NameOf(call.Function)}_{string.Join('_', call.Arguments.Where(a => a is not Operand.Literal).Select(NameOf))}",
        _ => "value",
    };

    private static string NameOf(FilterFunction function) => Lower(function.ToString());

    private static string NameOf(AggregateFunction function) => Lower(function.ToString());

#pragma warning disable CA1308 // names of the API are in lower case
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
