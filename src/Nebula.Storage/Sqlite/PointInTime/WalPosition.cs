namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// How far the history of a database has come. A history is made of generations, without a gap each; a generation of segments, numbered from 0, that hold one log after another (its epochs), and of copies of the file, from
/// each of which on the segments can be applied.
/// </summary>
internal sealed record WalPosition
{
    /// <summary>Its name; later ones are greater by bytes.</summary>
    public required string Generation { get; init; }

    /// <summary>The number of the next segment.</summary>
    public long Segment { get; init; }

    /// <summary>The number of the log that is being shipped.</summary>
    public int Epoch { get; init; }

    /// <summary>What is not in the file yet is in this segment or a later one.</summary>
    public long EpochSegment { get; init; }

    /// <summary>How the log begins; null before it is begun.</summary>
    public byte[]? Header { get; init; }

    /// <summary>Behind the last frame that was shipped.</summary>
    public long Offset { get; init; } = WalHeader.Bytes;

    public WalChecksum Checksum { get; init; }

    /// <summary>Whether all that the log held when it was last copied into the file was shipped: only then it may be begun anew without a gap.</summary>
    public bool IsSealed { get; init; }

    /// <summary>The time of the last commit, in milliseconds since 1970.</summary>
    public long LastTime { get; init; }

    /// <summary>When the last copy of the file was taken; null before the first.</summary>
    public DateTimeOffset? BaseAt { get; init; }

    public long BaseBytes { get; init; }

    /// <summary>What was shipped since that copy was begun.</summary>
    public long BytesSinceBase { get; init; }

    /// <summary>The position in the log that is there now; null when something was not shipped and is gone.</summary>
    /// <param name="found">How it begins; null while none has been begun.</param>
    public WalPosition? In(WalHeader? found)
    {
        if (found is null)
            return Header is null || IsSealed ? this : null;
        if (Header is null)
            return At(found);
        var own = WalHeader.TryParse(Header)!; // was one when it was read
        if (found.IsSameAs(own))
            return this;
        return IsSealed && found.Follows(own) ? (this with { Epoch = Epoch + 1, EpochSegment = Segment }).At(found) : null;
    }

    /// <summary>After the file was closed, with all of its log shipped and copied into it: the next log is another one.</summary>
    public WalPosition Closed() => Header is null ? this : this with { Epoch = Epoch + 1, EpochSegment = Segment, Header = null, Offset = WalHeader.Bytes, IsSealed = false };

    /// <summary>After a segment.</summary>
    public WalPosition After(WalSegment segment) => this with
    {
        Segment = segment.Number + 1,
        Offset = segment.To,
        Checksum = segment.Checksum,
        IsSealed = segment.IsSealed,
        LastTime = Math.Max(LastTime, segment.LastTime),
        BytesSinceBase = BytesSinceBase + segment.To - segment.From,
    };

    private WalPosition At(WalHeader header) => this with { Header = header.Raw, Offset = WalHeader.Bytes, Checksum = header.Checksum, IsSealed = false };
}
