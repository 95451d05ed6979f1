namespace Nebula.Core.Backups;

/// <summary>Which backups of everything are kept. Only those count that lack nothing and can be read; the newest of them is always kept.</summary>
/// <param name="Count">How many; 0 for any number.</param>
/// <param name="Age">How long; null for ever.</param>
public sealed record BackupRetention(int Count, TimeSpan? Age)
{
    /// <summary>Those that may go.</summary>
    /// <param name="backups">The newest first. Of those that can't be read or are of one database none is given.</param>
    public IEnumerable<BackupId> Expired(IReadOnlyList<BackupSummary> backups, DateTimeOffset now)
    {
        var whole = 0;
        foreach (var backup in backups)
        {
            if (backup.Manifest is not { IsOfAll: true } manifest)
                continue;
            var isPast = (Count > 0 && whole >= Count) || (Age is { } age && now - backup.Id.Time > age);
            if (manifest.Skipped.Count == 0)
                whole++;
            if (isPast && whole > (manifest.Skipped.Count == 0 ? 1 : 0))
                yield return backup.Id;
        }
    }
}
