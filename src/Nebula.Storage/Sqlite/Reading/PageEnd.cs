using Nebula.Core.Records;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Where a page ends.</summary>
internal sealed class PageEnd
{
    /// <summary>The key values of the last row so far.</summary>
    public TypedValue[] Keys { get; private set; } = [];

    /// <summary>Whether there are rows behind it.</summary>
    public bool HasMore { get; set; }

    public void Note(Statement row, int[] positions)
    {
        var keys = new TypedValue[positions.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = row.Value(positions[i]).ToTyped();
        Keys = keys;
    }
}
