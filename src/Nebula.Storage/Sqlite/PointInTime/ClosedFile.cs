namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What is noted of a file when it is closed, so that its history goes on when it is opened again and nobody has written to it meanwhile.</summary>
internal sealed record ClosedFile(WalPosition Position, DateTimeOffset CreatedAt, string Name, long Size, DateTime ModifiedAt)
{
    /// <summary>Whether the file is what it was.</summary>
    public bool IsOf(string path) => new FileInfo(path) is { Exists: true } file && file.Length == Size && file.LastWriteTimeUtc == ModifiedAt;

    /// <summary>Where its history goes on. Under another name it is found only by a description with that name.</summary>
    public WalPosition PositionOf(HistoryOwner owner) => Name == owner.Name ? Position : Position with { BaseAt = null };
}
