using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Gathers what records must fulfil from a query string: filters, and columns that must equal a value. All of it has to hold.</summary>
/// <param name="faults">Where faults of equalities go; a filter's fault is <see cref="FilterError"/>.</param>
internal sealed class ConditionReader(Table table, SchemaView schema, DateTimeOffset now, List<FieldError> faults)
{
    private readonly List<Condition> _conditions = [];
    private readonly List<string> _texts = [];

    /// <summary>What the first faulty filter failed with.</summary>
    public Error? FilterError { get; private set; }

    /// <summary>Null lets every record through.</summary>
    public Condition? Condition => _conditions switch { [] => null, [var one] => one, _ => new Condition.All(_conditions) };

    /// <summary>The conditions as they were written, to know a list by.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public void ReadFilter(string text)
    {
        _texts.Add($"filter {text}");
        if (FilterText.Bind(table, schema, text, now).TryGet(out var condition, out var error))
            _conditions.Add(condition);
        else
            FilterError ??= error;
    }

    /// <summary>Reads a parameter that is no word: a column, which must equal the value.</summary>
    public void ReadEquality(string name, string text)
    {
        if (table.Find(name) is not { } column)
        {
            faults.Add(new(Excerpt.Of(name), FieldCodes.UnknownParameter, $"is neither a parameter nor a column of '{table.Name}'"));
            return;
        }

        if (!ValueText.TryRead(column, text, out var value, out var fault))
        {
            faults.Add(fault with { Field = Excerpt.Of(name) });
            return;
        }

        _texts.Add($"{column.Name.Length} {column.Name} = {text}");
        _conditions.Add(new Condition.Compare(
            new Operand.Field([], column), Comparison.Equal, new Operand.Literal(value, column.Type, column.Scale)));
    }
}
