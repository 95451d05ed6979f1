using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>Where a page ends.</summary>
internal sealed class PageEnd
{
    /// <summary>The key values of the last row so far.</summary>
    public TypedValue[] Keys { get; private set; } = [];

    /// <summary>Whether there are rows behind it.</summary>
    public bool HasMore { get; set; }

    public void Note<TRow, TValue>(TRow row, int[] positions)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        var keys = new TypedValue[positions.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = row.Value(positions[i]).ToTyped();
        Keys = keys;
    }
}
