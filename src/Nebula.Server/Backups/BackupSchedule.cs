using Cronos;

namespace Nebula.Server.Backups;

/// <summary>When backups are made: a cron expression of five fields, in UTC.</summary>
internal sealed record BackupSchedule(string Text)
{
    private readonly CronExpression _cron = CronExpression.Parse(Text);

    /// <summary>The first time after another one; null when there will be none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _cron.GetNextOccurrence(after, TimeZoneInfo.Utc);

    /// <summary>Gives what is wrong with a text, or null.</summary>
    public static string? Parse(string text, out BackupSchedule? schedule)
    {
        schedule = null;
        if (!CronExpression.TryParse(text.Trim(), out var cron))
            return "is no cron expression of five fields";
        if (cron.GetNextOccurrence(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is null)
            return "never comes";
        schedule = new BackupSchedule(text.Trim());
        return null;
    }
}
