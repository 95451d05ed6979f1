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

    public void Note(Statement row, int[] positions) => Keys = [.. positions.Select(p => row.Value(p).ToTyped())];
}
