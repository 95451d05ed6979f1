using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>The values that the related rows of a level are found by, each once.</summary>
/// <param name="Places">For each value its place among them, from 0.</param>
/// <param name="Array">The values in the order of their places, as a JSON array.</param>
internal sealed record RelatedKeys(Dictionary<TypedValue, int> Places, TypedValue Array)
{
    /// <param name="expansion">The place of the expansion among those of the level.</param>
    public static RelatedKeys Of(RowLevel level, int expansion)
    {
        var places = new Dictionary<TypedValue, int>();
        using var array = new Utf8Buffer();
        array.Write((byte)'[');
        foreach (var links in level.Links)
        {
            var key = links[expansion];
            if (key.Kind is ValueKind.Null or ValueKind.Blob || !places.TryAdd(key, places.Count))
                continue;
            if (array.Length > 1)
                array.Write((byte)',');
            WriteKey(array, key);
        }

        array.Write((byte)']');
        return new RelatedKeys(places, TypedValue.Text(array.Span.ToArray()));
    }

    private static void WriteKey(Utf8Buffer json, TypedValue key)
    {
        if (key.Kind == ValueKind.Integer)
            JsonValues.WriteInteger(json, key.Integer);
        else if (key.Kind == ValueKind.Real)
            JsonValues.WriteReal(json, key.Real);
        else
            JsonValues.WriteText(json, key.Bytes.Span);
    }
}
