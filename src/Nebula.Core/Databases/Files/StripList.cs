namespace Nebula.Core.Databases.Files;

/// <summary>Which triggers, views and virtual tables of an uploaded database are left out: those named, or all. Names are compared without case.</summary>
public sealed class StripList
{
    private readonly HashSet<string> _names;

    private StripList(IEnumerable<string> names) => _names = new(names, StringComparer.OrdinalIgnoreCase);

    public static StripList None { get; } = new([]);

    /// <summary>The names; empty where all are left out.</summary>
    public IReadOnlyCollection<string> Names => IsAll ? [] : _names;

    private bool IsAll => _names.Contains("*");

    /// <summary>Reads comma lists. <c>*</c> stands for all.</summary>
    public static StripList Of(IEnumerable<string> lists) => new(lists.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    public bool Contains(string name) => IsAll || _names.Contains(name);
}
