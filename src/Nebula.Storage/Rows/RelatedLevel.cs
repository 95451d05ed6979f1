using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>The related rows of an expansion, found by the value that joins them.</summary>
/// <param name="places">For each value its place among all that were looked for.</param>
/// <param name="byPlace">For each place which of the rows; null for none.</param>
internal sealed class RelatedLevel(RowLevel rows, Dictionary<TypedValue, int> places, List<int>?[] byPlace)
{
    public RowLevel Rows => rows;

    /// <summary>The rows that were found by some keys.</summary>
    public static RelatedLevel Of(RowLevel rows, RelatedKeys keys)
    {
        var byPlace = new List<int>[keys.Places.Count];
        for (var i = 0; i < rows.Count; i++)
            (byPlace[rows.Parents[i]] ??= []).Add(i);
        return new RelatedLevel(rows, keys.Places, byPlace);
    }

    public IReadOnlyList<int> Of(TypedValue link) => places.TryGetValue(link, out var place) && byPlace[place] is { } found ? found : [];
}
