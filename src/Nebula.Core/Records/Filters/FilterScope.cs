namespace Nebula.Core.Records.Filters;

/// <summary>What the names in a filter stand for.</summary>
internal abstract class FilterScope
{
    /// <summary>Resolves a name. Gives null when it has noted why it can't.</summary>
    public abstract FilterTerm? Find(ValueSyntax.Name name, FilterFaults faults);
}
