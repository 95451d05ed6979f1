using Nebula.Core;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>
/// The connections to one PostgreSQL server. Few, because each of them is a process there. Statements are prepared once they are met again, unless a pooler in transaction mode gives each transaction
/// another session. Thread-safe.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The statements that each connection keeps prepared: those of many tables at once, since every database of the server shares the connections.</summary>
    private const int PreparedStatements = 256;

    private readonly NpgsqlDataSource _source;

    /// <summary>Throws <see cref="ArgumentException"/> for a connection string that can't be read. Connects to nothing yet.</summary>
    public PostgresServer(PostgresServerOptions options)
    {
        Options = options;
        var builder = new NpgsqlSlimDataSourceBuilder(options.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= "nebula";
        settings.MaxPoolSize = options.PoolSize;
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, options.PoolSize);
        settings.Timeout = Seconds(options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.QueryTimeout); // for what runs under no deadline of its own
        settings.CancellationTimeout = 2000;
        settings.NoResetOnClose = true; // nothing is ever set in a session
        settings.MaxAutoPrepare = options.IsPooled ? 0 : PreparedStatements;
        settings.AutoPrepareMinUsages = 2;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false; // details hold stored values
        Address = $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
        _source = builder.Build();
    }

    public PostgresServerOptions Options { get; }

    /// <summary>Where the server is and which of its databases is used, for messages; without a user or a password.</summary>
    public string Address { get; }

    /// <summary>A connection of the pool. Throws <see cref="UnavailableException"/> when the server can't be reached, or none comes free in time.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var opening = _source.OpenConnectionAsync(ct);
        return opening.IsCompletedSuccessfully ? opening : AwaitAsync(opening);

        static async ValueTask<NpgsqlConnection> AwaitAsync(ValueTask<NpgsqlConnection> opening)
        {
            try
            {
                return await opening;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
            {
                throw new UnavailableException(StorageErrors.Unavailable, e);
            }
        }
    }

    /// <summary>Drops the connections that nobody uses: they may lead to a server that is gone.</summary>
    public void ForgetConnections() => _source.Clear();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
