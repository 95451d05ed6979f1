using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>The moments between two transactions of a database's writer.</summary>
/// <param name="writing">Held while the connection is used.</param>
internal sealed class WriterPause(Lock writing, Connection connection) : IWalSource
{
    /// <inheritdoc/>
    public bool TryRunBetween(TimeSpan patience, Action<Connection> action)
    {
        if (!writing.TryEnter(patience))
            return false;
        try
        {
            action(connection);
            return true;
        }
        finally
        {
            writing.Exit();
        }
    }
}
