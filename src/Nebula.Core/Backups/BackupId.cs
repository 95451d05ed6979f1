using System.Globalization;
using System.Security.Cryptography;

namespace Nebula.Core.Backups;

/// <summary>A backup: when it was begun, to the second, and a random part. The order of the texts is that of the times.</summary>
public readonly record struct BackupId
{
    private const string TimeFormat = "yyyyMMdd't'HHmmss'z'";
    private const int TimeLength = 16;
    private const int RandomBytes = 4;

    private BackupId(string value, DateTimeOffset time) => (Value, Time) = (value, time);

    /// <summary>As in <c>20260131t235959z-0a1b2c3d</c>.</summary>
    public string Value { get; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Time { get; }

    public static BackupId New(TimeProvider clock)
    {
        var text = clock.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + '-' + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        return TryParse(text, out var id) ? id : throw new InvalidOperationException("What was written so is read so.");
    }

    public static bool TryParse(string? text, out BackupId id)
    {
        id = default;
        if (text is not { Length: TimeLength + 1 + (2 * RandomBytes) } || text[TimeLength] != '-' || text.AsSpan(TimeLength + 1).ContainsAnyExceptInRange('0', 'f')
            || !DateTimeOffset.TryParseExact(text.AsSpan(0, TimeLength), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || text.AsSpan(TimeLength + 1).ContainsAnyInRange(':', '`'))
            return false;
        id = new BackupId(text, time);
        return true;
    }

    public override string ToString() => Value;
}
