using Nebula.Server.S3;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Server.Backups;

/// <summary>Where backups are kept, when they are made, and for how long they stay.</summary>
internal sealed record BackupOptions
{
    /// <summary>Null for the data directory's own, where there is one.</summary>
    public BackupPlace? Place { get; init; }

    /// <summary>How buckets are reached.</summary>
    public S3Options S3 { get; init; } = new();

    /// <summary>Null when they are not encrypted.</summary>
    public BackupKey? Key { get; init; }

    /// <summary>Null when they are made by command only.</summary>
    public BackupSchedule? Schedule { get; init; }

    /// <summary>Null when no histories are kept.</summary>
    public HistoryOptions? Histories { get; init; }

    /// <summary>Backups of everything that stay; 0 for any number.</summary>
    public int Keep { get; init; } = 7;

    /// <summary>For how long backups of everything stay; 0 for ever.</summary>
    public int KeepDays { get; init; }

    /// <summary>For how long those of an owner outlive their database.</summary>
    public TimeSpan KeptAfterDeletion => TimeSpan.FromDays(KeepDays > 0 ? KeepDays : 30);

    /// <summary>Backups of one database that its owner may have.</summary>
    public int PerDatabase { get; init; } = 10;
}
