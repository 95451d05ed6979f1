namespace Nebula.Storage.Sqlite.Native;

/// <summary>How much a checkpoint insists. Source: https://sqlite.org/c3ref/wal_checkpoint_v2.html.</summary>
internal enum CheckpointMode
{
    /// <summary>Copies what it can without waiting for anybody.</summary>
    Passive = 0,

    /// <summary>Waits for readers, so that the next write begins the log anew.</summary>
    Restart = 2,

    /// <summary>Like restart, and empties the log's file.</summary>
    Truncate = 3,
}
