using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>
/// The filter language: text in, a condition out whose names are resolved and whose types fit. Everything fails with invalid_filter, naming the place and what was
/// expected there; only what the caller may see is found or suggested.
/// </summary>
public static class FilterText
{
    /// <summary>Reads a condition on the records of a table.</summary>
    /// <param name="now">What <c>@now</c> is, and the day of it in UTC <c>@today</c>.</param>
    /// <param name="field">The parameter that holds the text, for errors.</param>
    public static Result<Condition> Bind(Table root, SchemaView schema, string text, DateTimeOffset now, string field = "filter") =>
        Bind(new TableScope(root, schema), text, now, field);

    /// <summary>Reads a condition on named outputs, such as those of an aggregate.</summary>
    public static Result<Condition> BindOutputs(IReadOnlyList<FilterOutput> outputs, string text, DateTimeOffset now, string field = "having") =>
        Bind(new OutputScope(outputs), text, now, field);

    /// <summary>Reads a single value that depends on the record: a column, a path or a function of such. What stands in a JSON column is its text there.</summary>
    /// <param name="allowToMany">Whether a path may lead along a relation to any number of records.</param>
    public static Result<Operand> BindOperand(Table root, SchemaView schema, string text, DateTimeOffset now, bool allowToMany, string field)
    {
        var faults = new FilterFaults(text, field);
        var operand = FilterParser.ParseValue(text, faults) is { } syntax ? new FilterBinder(new TableScope(root, schema), now, faults).Bind(syntax, allowToMany) : null;
        return operand is not null ? operand : Fault(faults);
    }

    private static Result<Condition> Bind(FilterScope scope, string text, DateTimeOffset now, string field)
    {
        var faults = new FilterFaults(text, field);
        var condition = FilterParser.Parse(text, faults) is { } syntax ? new FilterBinder(scope, now, faults).Bind(syntax) : null;
        return condition is not null ? condition : Fault(faults);
    }

    private static Error Fault(FilterFaults faults) => faults.First ?? throw new InvalidOperationException("A filter was refused without a reason.");
}
