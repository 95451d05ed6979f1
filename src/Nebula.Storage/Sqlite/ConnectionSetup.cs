using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite;

/// <summary>What is done to a connection before it serves.</summary>
internal static class ConnectionSetup
{
    /// <summary>What every connection is told, readers and writers alike.</summary>
    public static void Configure(Connection connection, StorageOptions options)
    {
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA foreign_keys = ON");
        connection.Execute("PRAGMA trusted_schema = OFF");
        connection.Execute("PRAGMA temp_store = MEMORY");
        connection.Execute("PRAGMA mmap_size = 0");
        connection.Execute($"PRAGMA cache_size = -{options.CacheKibPerConnection}");
        connection.Execute($"PRAGMA journal_size_limit = {Math.Min(options.MaxWalBytes, 64 * 1024 * 1024)}");
    }

    /// <summary>
    /// Of a writer: an operation that can be undone by itself keeps the old version of each page that it changes, and may change all of the database. Readers sort a page's worth,
    /// and keep to memory.
    /// </summary>
    public static void SpillToDisk(Connection connection) => connection.Execute("PRAGMA temp_store = FILE");

    /// <summary>Set once for a file: only new ones and those of v0.2 or of other programs may lack it.</summary>
    public static bool UsesLog(Connection connection)
    {
        var mode = connection.Prepare("PRAGMA journal_mode");
        try
        {
            return mode.Step() && mode.Text(0) == "wal";
        }
        finally
        {
            mode.Reset();
        }
    }

    /// <summary>Looks through the whole file; throws when it is damaged.</summary>
    public static void Check(Connection connection)
    {
        var check = connection.Prepare("PRAGMA quick_check(1)");
        try
        {
            if (check.Step() && check.Text(0) != "ok")
                throw new SqliteFaultException(ResultCodes.Corrupt, "the check of the file failed");
        }
        finally
        {
            check.Reset();
        }
    }

    /// <summary>
    /// After a failed sync the system may have dropped what it could not write, and will call the next sync a success: a log that went on from there would have a
    /// gap on the disk, and lost power would cut off every later commit. So what the log holds is copied into the file, and synced there, before anything else is written.
    /// </summary>
    public static void BeginLogAnew(Connection connection)
    {
        if (!connection.Checkpoint(CheckpointMode.Truncate))
            throw new SqliteFaultException(ResultCodes.Busy, "another program reads from the log that has to be begun anew");
    }
}
