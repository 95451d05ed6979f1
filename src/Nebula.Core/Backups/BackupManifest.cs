namespace Nebula.Core.Backups;

/// <summary>What a backup holds. Written last, when everything else was read back and checked: a backup without one does not exist.</summary>
/// <param name="Engine">Of the metadata; a backup of one engine can be restored into the other.</param>
/// <param name="Metadata">Accounts, keys and the entries of databases; null for a backup of one database.</param>
public sealed record BackupManifest(
    BackupId Id, string Version, string Engine, BackedUpFile? Metadata, IReadOnlyList<BackedUpDatabase> Databases, IReadOnlyList<SkippedDatabase> Skipped)
{
    /// <summary>The only one that there is so far.</summary>
    public const int FormatVersion = 1;

    public bool IsOfAll => Metadata is not null;

    public long StoredBytes => Databases.Sum(d => d.File.StoredBytes) + (Metadata?.StoredBytes ?? 0);

    public long Rows => Databases.Sum(d => d.File.Rows);
}
