namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>How far a history has come, as the data directory keeps it: so that it goes on when the file is opened again, after a crash too, if nobody else has written to it meanwhile.</summary>
internal sealed record HistoryNote(WalPosition Position, DateTimeOffset CreatedAt, string Name)
{
    /// <summary>The size of the file when it was closed; null while it is open.</summary>
    public long? Size { get; init; }

    /// <summary>When the file had been written last when it was closed.</summary>
    public DateTime? ModifiedAt { get; init; }

    /// <summary>Of a file that was just closed. Null where it is not whole: the note that there is says how far it came.</summary>
    public static HistoryNote? OfClosed(WalPosition at, HistoryOwner owner, string path) =>
        new FileInfo(path) is { Exists: true } file && !HasLog(path) ? new HistoryNote(at.Closed(), owner.CreatedAt, owner.Name) { Size = file.Length, ModifiedAt = file.LastWriteTimeUtc } : null;

    /// <summary>Where the history of a file goes on that is about to be opened; null where it does not.</summary>
    /// <param name="log">The log that lies beside it; null when there is none.</param>
    public WalPosition? Continue(HistoryOwner owner, string path, WalFile? log)
    {
        // Under another name it is found only by a description with that name.
        var position = Name == owner.Name ? Position : Position with { BaseAt = null };
        if (CreatedAt != owner.CreatedAt || (Size is not null && !IsOf(path)))
            return null;
        if (log is null)
            return Size is not null ? position : null;
        if (position.Header is null && !log.Header.IsFirst)
            return null; // what went before it was not shipped
        return position.In(log.Header) is { } here && log.Holds(here.Offset, here.Checksum) ? here : null;
    }

    /// <summary>Whether a closed file has nothing that is not in its history, from which it can be restored.</summary>
    public bool IsComplete(HistoryOwner owner, string path) =>
        Position.BaseAt is not null && CreatedAt == owner.CreatedAt && Name == owner.Name && IsOf(path) && !HasLog(path);

    /// <summary>Whether the file is as it was when it was closed.</summary>
    public bool IsOf(string path) => new FileInfo(path) is { Exists: true } file && file.Length == Size && file.LastWriteTimeUtc == ModifiedAt;

    private static bool HasLog(string path) => new FileInfo(WalFile.PathOf(path)) is { Exists: true, Length: > 0 };
}
