using Nebula.Api.Health;

namespace Nebula.Server.Backups;

/// <summary>What the worker knows of the backups on its schedule, for the probes. Thread-safe: one writes.</summary>
internal sealed class ScheduledBackups
{
    private volatile BackupStanding _standing = new(AreMade: true, LastGood: null);

    public BackupStanding Standing => _standing;

    /// <summary>A backup that lacks nothing was made, whoever made it. Only one that was not known yet says that they are made again.</summary>
    public void Saw(DateTimeOffset good)
    {
        if (_standing.LastGood is not { } known || good > known)
            _standing = new(AreMade: true, good);
    }

    /// <summary>None was made, or one that lacks something.</summary>
    public void Missed() => _standing = _standing with { AreMade = false };
}
