namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// A copy of a database file that a restoration can begin with, and whose database it is: kept beside it, so that nothing else is needed. The copy is taken while the file is written; the segments
/// that were shipped meanwhile make it whole.
/// </summary>
internal sealed record HistoryCopy
{
    public int Format { get; init; } = 1;

    public required string Database { get; init; }

    /// <summary>When the database was made: with its id what it is known by, also beside the history of an earlier installation.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The address of the account that owns it; null for the metadata.</summary>
    public string? Owner { get; init; }

    public required string Name { get; init; }

    public required string Generation { get; init; }

    /// <summary>The number of the copy: that of the segment which was the next one when it was begun.</summary>
    public required long Number { get; init; }

    /// <summary>The first segment that has to be applied to it.</summary>
    public required long FirstSegment { get; init; }

    /// <summary>The segments before this one have to be there: without them it is no database.</summary>
    public required long Through { get; init; }

    /// <summary>The earliest moment that it can be brought to.</summary>
    public required DateTimeOffset From { get; init; }

    public required long Bytes { get; init; }

    public required byte[] Sha256 { get; init; }

    /// <summary>When it was found that the database had been deleted.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}
