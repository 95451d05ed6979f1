using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage.Sqlite.Metadata;

/// <summary>The log of the metadata where it is shipped: from when it is made on, nothing else copies it into the file.</summary>
internal sealed class MetadataLog : IWalSource, IDisposable
{
    private readonly SqliteConnection _metadata;
    private readonly Connection _connection;
    private readonly SemaphoreSlim _gate;
    private readonly WalHistory _history;
    private readonly LogCheckpoints _checkpoints;
    private readonly ILogger _logger;

    /// <param name="metadata">The connection that writes. Must outlive this.</param>
    /// <param name="gate">Held by whoever uses that connection.</param>
    public MetadataLog(SqliteConnection metadata, string path, SemaphoreSlim gate, long maxBytes, WalHistory history, ILogger logger)
    {
        (_metadata, _gate, _history, _logger) = (metadata, gate, history, logger);
        _connection = Connection.Open(path, create: false);
        _connection.ExecuteInteger("PRAGMA schema_version"); // a connection that has read nothing yet knows of no log, and copies nothing
        _connection.Follow(metadata.Handle!.DangerousGetHandle()); // it is open
        _checkpoints = new LogCheckpoints(_connection, maxBytes, (int)_connection.ExecuteInteger("PRAGMA page_size"), history);
    }

    /// <summary>After a use of the connection, before it is acknowledged. The gate is held.</summary>
    public void AfterUse()
    {
        if (_connection.TakeCommitted() is { } pages)
            _history.OnCommit(pages);
        try
        {
            if (_checkpoints.IsDue)
                _checkpoints.Run();
            _checkpoints.HasRoom(); // makes it, where there is none
        }
        catch (SqliteFaultException e)
        {
            HistoryLog.MetadataNotCheckpointed(_logger, e);
        }
    }

    /// <inheritdoc/>
    public bool TryRunBetween(TimeSpan patience, Action<Connection> action)
    {
        if (!_gate.Wait(patience))
            return false;
        try
        {
            action(_connection);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Nobody uses the metadata any more: keeps what is still to be shipped, and copies the log into the file.</summary>
    public void Dispose()
    {
        Connection.Unfollow(_metadata.Handle!.DangerousGetHandle()); // it is open
        try
        {
            _history.Seal(_connection);
        }
        catch (SqliteFaultException e)
        {
            HistoryLog.MetadataNotCheckpointed(_logger, e);
        }

        _connection.Dispose();
    }
}
