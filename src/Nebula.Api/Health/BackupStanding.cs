namespace Nebula.Api.Health;

/// <summary>How the backups on a schedule fare.</summary>
/// <param name="AreMade">Whether the last one was made and lacks nothing.</param>
/// <param name="LastGood">When the last one that lacks nothing was begun; null while none is known.</param>
public sealed record BackupStanding(bool AreMade, DateTimeOffset? LastGood);
