using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage.Sqlite;

/// <summary>When the log of an open database is copied into its file. The writer's own.</summary>
/// <param name="history">What the log is shipped to before; null where it is not.</param>
internal sealed class LogCheckpoints(Connection connection, long maxBytes, int pageSize, WalHistory? history)
{
    /// <summary>The log is copied into the file after so many pages: rarely enough to write each page once for many commits.</summary>
    public const int Pages = 2000;

    private int _next = Pages;

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
        if ((long)connection.WalPages * pageSize < maxBytes)
            return true;
        history?.GiveUp("the log came to its bound before it could be shipped");
        return connection.Checkpoint(CheckpointMode.Restart);
    }
}
