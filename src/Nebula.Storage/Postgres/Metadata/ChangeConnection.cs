using Npgsql;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>
/// A connection for news alone, outside the pool: a pool that is exhausted must not delay them. Listens where that is possible, which a pooler in transaction mode does not let pass.
/// Used by one task at a time.
/// </summary>
internal sealed class ChangeConnection : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private bool _isAbandoned;

    private ChangeConnection(NpgsqlDataSource source, NpgsqlConnection connection, bool isListening) => (_source, _connection, IsListening) = (source, connection, isListening);

    public bool IsListening { get; }

    public static async ValueTask<ChangeConnection> OpenAsync(string connectionString, bool listen, CancellationToken ct)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        var settings = builder.ConnectionStringBuilder;
        (settings.Pooling, settings.Multiplexing, settings.ApplicationName) = (false, false, settings.ApplicationName ?? "nebula");
        (settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout) = (5, 5, 1000);
        var source = builder.Build();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(ct);
            if (listen)
            {
                await using var command = new NpgsqlCommand("LISTEN nebula", connection);
                await command.ExecuteNonQueryAsync(ct);
            }

            return new ChangeConnection(source, connection, listen);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until there is news, or for so long.</summary>
    public async ValueTask WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken ct)
    {
        if (IsListening)
            await _connection.WaitAsync(longest, ct);
        else
            await Task.Delay(longest, clock, ct);
    }

    /// <summary>A command on the connection, for whoever disposes it.</summary>
    public NpgsqlCommand Command(string sql) => new(sql, _connection);

    /// <summary>Gives up waiting for what is under way, and closes the connection when that has come to an end by itself: closing it now would wait for the same.</summary>
    public void Abandon(Task underWay)
    {
        _isAbandoned = true;
        _ = CloseAfterAsync(underWay);
    }

    public ValueTask DisposeAsync() => _isAbandoned ? default : CloseAsync();

    private async Task CloseAfterAsync(Task underWay)
    {
        await underWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nobody asks for the outcome any more
        try
        {
            await CloseAsync();
        }
        catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // It led nowhere.
        }
    }

    private async ValueTask CloseAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }
}
