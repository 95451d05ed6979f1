using Nebula.Core.Backups;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage;

/// <summary>How the history is kept from which databases in files can be brought back to any moment.</summary>
internal sealed record PointInTimeOptions
{
    /// <summary>Where it is kept.</summary>
    public required IBackupTarget Target { get; init; }

    /// <summary>What it is encrypted with; null where it is not.</summary>
    public BackupKey? Key { get; init; }

    /// <summary>How often what was committed is shipped: what can be lost with the disk.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far back a moment may lie.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long after one copy of a file the next is taken, if anything was written since.</summary>
    public TimeSpan BaseInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>A copy is also taken when so many times its size was shipped since: a restoration should not have to apply more.</summary>
    public int BaseFactor { get; init; } = 4;

    /// <summary>Below this no copy is taken but by time, in bytes.</summary>
    public long BaseFloor { get; init; } = 64 * 1024 * 1024;
}
