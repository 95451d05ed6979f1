using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage.Sqlite;

/// <summary>When the log of an open database is copied into its file. The writer's own.</summary>
/// <param name="history">What the log is shipped to before; null where it is not.</param>
internal sealed class LogCheckpoints(Connection connection, long maxBytes, int pageSize, WalHistory? history)
{
    /// <summary>The log is copied into the file after so many pages: rarely enough to write each page once for many commits.</summary>
    public const int Pages = 2000;

    /// <summary>How far the bound gives way while the server copies the database itself, which keeps the log from being begun anew: writers go on.</summary>
    private const int WhileCopied = 4;

    private int _next = Pages;
    private int _copies;

    /// <summary>After a commit: whether the log has grown.</summary>
    public bool IsDue
    {
        get
        {
            if (connection.WalPages >= _next)
                return true;
            if (connection.WalPages < Pages)
                _next = Pages;
            return false;
        }
    }

    /// <summary>A copy of the database begins. From any thread.</summary>
    public void BeginCopy() => Interlocked.Increment(ref _copies);

    /// <summary>It ended.</summary>
    public void EndCopy() => Interlocked.Decrement(ref _copies);

    /// <summary>Copies what can be copied, or has it shipped first.</summary>
    public void Run()
    {
        if (history is { KeepsLog: true })
            history.OnLogGrown();
        else
            connection.Checkpoint(CheckpointMode.Passive);

        // A reader of an old snapshot can keep the log from being begun anew: no use in trying again at once.
        _next = connection.WalPages + Pages / 2;
    }

    /// <summary>Before a transaction: whether the log is within its bound, or can be begun anew; a reader pins it otherwise.</summary>
    public bool HasRoom()
    {
        if ((long)connection.WalPages * pageSize < (Volatile.Read(ref _copies) > 0 ? maxBytes * WhileCopied : maxBytes))
            return true;
        history?.End("the log came to its bound before it could be shipped");
        return connection.Checkpoint(CheckpointMode.Restart);
    }
}
