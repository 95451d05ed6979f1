namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What a segment of a history says about itself. It holds whole transactions of one log, from an offset to another.</summary>
internal sealed record WalSegment
{
    public int Format { get; init; } = 1;

    public required string Database { get; init; }

    public required string Generation { get; init; }

    public required long Number { get; init; }

    public required int Epoch { get; init; }

    public required long EpochSegment { get; init; }

    public required byte[] Header { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    public required WalChecksum Checksum { get; init; }

    /// <summary>Whether the log was copied into the file after this segment was taken.</summary>
    public required bool IsSealed { get; init; }

    /// <summary>The time of the last commit in it or before it, in milliseconds since 1970.</summary>
    public required long LastTime { get; init; }

    /// <summary>How many commits it holds.</summary>
    public required int Commits { get; init; }
}
