namespace Nebula.Core.Records.Filters;

/// <summary>Names are those of outputs; one with dots in it is written with dots.</summary>
internal sealed class OutputScope(IReadOnlyList<FilterOutput> outputs) : FilterScope
{
    public override FilterTerm? Find(ValueSyntax.Name name, FilterFaults faults)
    {
        var joined = string.Join('.', name.Segments.Select(s => s.Name));
        var index = IndexOf(joined, StringComparison.Ordinal);
        if (index < 0)
            index = IndexOf(joined, StringComparison.OrdinalIgnoreCase);
        if (index >= 0)
            return FilterTerm.Of(name, new Operand.Output(index, outputs[index].Type, outputs[index].Scale));
        faults.Add(name.At, $"unknown name '{Excerpt.Of(joined)}'", NameSuggestion.For(joined, outputs.Select(o => o.Name)), FieldCodes.UnknownColumn,
            "Here only what is selected and grouped by can be named.");
        return null;
    }

    private int IndexOf(string name, StringComparison comparison)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name.Equals(name, comparison))
                return i;
        }

        return -1;
    }
}
