using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
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

    /// <summary>Connections for definitions, of those that there may be: they are rare, and no two statements of theirs are alike.</summary>
    private const int DefinitionConnections = 2;

    /// <summary>Far more than those of the moves that an operator runs at once: a move takes up to five.</summary>
    private const int MoveConnections = 100;

    /// <summary>Whoever asks whether the server answers wants to hear soon that it does not.</summary>
    private static readonly TimeSpan _probePatience = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _definitions;
    private readonly NpgsqlDataSource _probes;
    private readonly NpgsqlDataSource _moves;
    private readonly DatabaseLimiter _requestsOf;
    private readonly DatabaseLimiter _definitionsOf;

    /// <summary>Throws <see cref="ArgumentException"/> for a connection string that can't be read. Connects to nothing yet.</summary>
    public PostgresServer(PostgresServerOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        Options = options;
        Faults = new ServerFaults(clock, loggers.CreateLogger<PostgresServer>());
        var rest = Math.Max(1, options.PoolSize - DefinitionConnections);
        var definitions = Math.Max(1, options.PoolSize - rest);
        _source = Build(options, rest, options.ConnectTimeout, options.QueryTimeout, options.IsPooled ? 0 : PreparedStatements);
        _definitions = Build(options, definitions, options.WriteTimeout, options.QueryTimeout, preparedStatements: 0);
        _probes = Build(options, size: 1, _probePatience, _probePatience, preparedStatements: 0);
        _moves = Build(options, MoveConnections, options.ConnectTimeout, options.QueryTimeout, preparedStatements: 0);
        (_requestsOf, _definitionsOf) = (DatabaseLimiter.HalfOf(rest), DatabaseLimiter.HalfOf(definitions));
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Address = $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
    }

    public PostgresServerOptions Options { get; }

    /// <summary>What whoever answers a request for a fault tells it to.</summary>
    public ServerFaults Faults { get; }

    /// <summary>Where the server is and which of its databases is used, for messages; without a user or a password.</summary>
    public string Address { get; }

    /// <summary>A connection of the pool. Throws <see cref="UnavailableException"/> when the server can't be reached, or none comes free in time.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct) => OpenAsync(_source, ct);

    /// <summary>
    /// The same for a request of one database. All of them together have half of the pool at most: where they all wait for the lock of a table, other databases go on. Throws
    /// <see cref="UnavailableException"/> with busy when the database's half does not come free in time. Who has one must not wait for another one.
    /// </summary>
    public ValueTask<DatabaseConnection> OpenAsync(DatabaseId id, CancellationToken ct) => OpenAsync(_source, _requestsOf, id, Options.ConnectTimeout, ct);

    /// <summary>The same for definitions, which may be held for long.</summary>
    public ValueTask<DatabaseConnection> OpenForDefinitionsAsync(DatabaseId id, CancellationToken ct) => OpenAsync(_definitions, _definitionsOf, id, Options.WriteTimeout, ct);

    /// <summary>A connection beside the pool, for the question whether the server answers: requests and definitions may have taken all of it, and be served well.</summary>
    public ValueTask<NpgsqlConnection> OpenForProbeAsync(CancellationToken ct) => OpenAsync(_probes, ct);

    /// <summary>A connection beside the pool, for the steps of a move: it holds several for long, and each step waits for another one.</summary>
    public ValueTask<NpgsqlConnection> OpenForMoveAsync(CancellationToken ct) => OpenAsync(_moves, ct);

    /// <summary>Drops the connections that nobody uses: they may lead to a server that is gone.</summary>
    public void ForgetConnections()
    {
        _source.Clear();
        _definitions.Clear();
        _probes.Clear();
        _moves.Clear();
    }

    /// <summary>
    /// Drops what a connection keeps prepared, after a statement that did not fit the schema any more: Npgsql 10 keeps count of a statement that it was to prepare anew, and could not, in a way that it
    /// takes for a fault of its own later. Ends the transaction, if one is open: it fell with the statement, and would let nothing be dropped.
    /// </summary>
    public static void ForgetPlans(NpgsqlConnection connection)
    {
        try
        {
            using (var rollback = new NpgsqlCommand("ROLLBACK", connection))
                rollback.ExecuteNonQuery();
            connection.UnprepareAll(); // one round trip, which has no other form
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is broken, and is not used again.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _definitions.DisposeAsync();
        await _probes.DisposeAsync();
        await _moves.DisposeAsync();
    }

    private static ValueTask<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var opening = source.OpenConnectionAsync(ct);
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

    private static async ValueTask<DatabaseConnection> OpenAsync(NpgsqlDataSource source, DatabaseLimiter limiter, DatabaseId id, TimeSpan patience, CancellationToken ct)
    {
        var lease = await limiter.TakeAsync(id, patience, ct);
        try
        {
            return new DatabaseConnection(await OpenAsync(source, ct), lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static NpgsqlDataSource Build(PostgresServerOptions options, int size, TimeSpan patience, TimeSpan longest, int preparedStatements)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(options.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= "nebula";
        settings.MaxPoolSize = size;
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, size);
        settings.Timeout = Seconds(patience);
        settings.CommandTimeout = Seconds(longest); // for what runs under no deadline of its own
        settings.CancellationTimeout = 2000;
        if (settings is { TcpKeepAlive: false, TcpKeepAliveTime: 0, KeepAlive: 0 })
            (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (true, 30, 5); // a connection that a firewall forgot shows before a request waits for it
        settings.NoResetOnClose = true; // nothing is set in a session but what all have
        settings.MaxAutoPrepare = preparedStatements;
        settings.AutoPrepareMinUsages = 2;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false; // details hold stored values
        settings.IncludeFailedBatchedCommand = true; // which of many statements it was
        if (!options.IsPooled)
            builder.UsePhysicalConnectionInitializer(SetUp, SetUpAsync);
        return builder.Build();
    }

    /// <summary>What is sent without a BEGIN has no level of its own, and under another one a write would miss what was committed while it waited for a lock: the fence of a move among that.</summary>
    private static NpgsqlCommand LevelOf(NpgsqlConnection connection) => new("SET default_transaction_isolation TO 'read committed'", connection);

    private static void SetUp(NpgsqlConnection connection)
    {
        using var set = LevelOf(connection);
        set.ExecuteNonQuery();
    }

    private static async Task SetUpAsync(NpgsqlConnection connection)
    {
        await using var set = LevelOf(connection);
        await set.ExecuteNonQueryAsync();
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
