using Nebula.Core.Backups;

namespace Nebula.Storage.Tests.Backups;

public sealed class BackupRetentionTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    // One a day, the newest first: w is whole, s lacks a database, o is of one database, x can't be read.
    [Theory]
    [InlineData("wwww", 2, 0, "29 28")]
    [InlineData("wwww", 0, 0, "")]
    [InlineData("wwww", 0, 2, "28")]
    [InlineData("wwww", 1, 1, "30 29 28")]
    [InlineData("w", 1, 1, "")]
    [InlineData("swww", 2, 0, "28")]
    [InlineData("ssss", 1, 1, "")]
    [InlineData("wssw", 1, 0, "30 29 28")]
    [InlineData("wsww", 2, 0, "28")]
    [InlineData("owxww", 1, 0, "28 27")]
    [InlineData("oooo", 1, 1, "")]
    [InlineData("xxxx", 1, 1, "")]
    public void Only_whole_backups_count_and_the_newest_stays(string kinds, int count, int days, string expired)
    {
        var backups = kinds.Select((kind, i) => Backup(kind, 31 - i)).ToList();

        var gone = new BackupRetention(count, days > 0 ? TimeSpan.FromDays(days) : null).Expired(backups, _now);

        Assert.Equal(expired, string.Join(' ', gone.Select(id => id.Time.Day)));
    }

    private static BackupSummary Backup(char kind, int day)
    {
        Assert.True(BackupId.TryParse($"202601{day:00}t000000z-00000000", out var id));
        var metadata = kind is 'w' or 's' ? new BackedUpFile(0, 0, "", []) : null;
        var manifest = new BackupManifest(id, "", "", metadata, [], kind == 's' ? [new SkippedDatabase("a@b/c", "")] : []);
        return new BackupSummary(id, kind == 'x' ? null : manifest, null);
    }
}
