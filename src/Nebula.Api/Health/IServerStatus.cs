namespace Nebula.Api.Health;

/// <summary>What the server's storage says about itself; given by whoever wires the server, since the API does not see the storage.</summary>
public interface IServerStatus
{
    /// <summary>The name of the engine and its version.</summary>
    (string Name, string Version) Engine { get; }

    int OpenDatabases { get; }

    /// <summary>Databases that can't be served: counted, not named.</summary>
    int QuarantinedDatabases { get; }

    /// <summary>Whether the histories of databases reach the place where they are kept; null where none are kept.</summary>
    bool? AreHistoriesShipped { get; }

    /// <summary>How the backups on a schedule fare; null where there is none.</summary>
    BackupStanding? Backups { get; }

    /// <summary>Whether the metadata answers; throws when it fails.</summary>
    ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct);
}
