using Nebula.Core.Databases;

namespace Nebula.Storage;

/// <summary>Where the storage keeps its files and what it may use. The values are checked where they are read, at the start.</summary>
public sealed record StorageOptions
{
    private static readonly PlacementName[] _own = [PlacementName.Sqlite]; // one for all, so that options with the same values are equal

    /// <summary>An absolute path.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A file name inside <see cref="DataDirectory"/>, without a path.</summary>
    public string MetadataFile { get; init; } = "metadata.db";

    /// <summary>The placements that take new databases, of which the emptiest gets the next. At least one.</summary>
    public IReadOnlyList<PlacementName> NewDatabases { get; init; } = _own;

    public int MaxOpenDatabases { get; init; } = 200;

    /// <summary>How long a database nobody uses stays open.</summary>
    public TimeSpan IdleDatabaseTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Lists that one database answers at once, each on a connection: about one per core, and a second one so that a long list never stops the rest.</summary>
    public int ReadersPerDatabase { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 64);

    /// <summary>How long one statement may run before it is interrupted.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write waits for the database before it is refused as busy.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The size of a database's write-ahead log at which writes wait for a checkpoint.</summary>
    public long MaxWalBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How the history of databases is kept; null where it is not.</summary>
    internal PointInTimeOptions? PointInTime { get; init; }

    /// <summary>The page cache of one connection, in KiB.</summary>
    public int CacheKibPerConnection { get; init; } = 2048;
}
