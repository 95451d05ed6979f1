using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>The rows of one statement while those that are related to them are still to come: their JSON without the closing brace, and the values that join them.</summary>
internal sealed class RowLevel : IDisposable
{
    private readonly List<int> _ends = [];

    public Utf8Buffer Json { get; } = new(16 * 1024);

    public int Count => _ends.Count;

    /// <summary>Of each row the place of the value that it was found by; empty for the rows of the page itself.</summary>
    public List<int> Parents { get; } = [];

    /// <summary>Of each row, for each expansion, the value that its related rows are found by.</summary>
    public List<TypedValue[]> Links { get; } = [];

    /// <summary>For each expansion its rows.</summary>
    public List<RelatedLevel> Related { get; } = [];

    /// <summary>Ends a row.</summary>
    public void End(TypedValue[] links)
    {
        _ends.Add(Json.Length);
        Links.Add(links);
    }

    public ReadOnlySpan<byte> Row(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return Json.Span[start.._ends[index]];
    }

    public void Dispose()
    {
        Json.Dispose();
        foreach (var related in Related)
            related.Rows.Dispose();
    }
}
