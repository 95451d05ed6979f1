using Nebula.Api.RateLimiting;
using StackExchange.Redis;

namespace Nebula.Server.Redis;

/// <summary>
/// The buckets in Redis. What fails once opens a circuit: requests no longer ask, until a probe, once a second and apart from them, has
/// gone well. The probe is a take like any other, since a Redis that answers pings can still refuse to write or to run scripts.
/// </summary>
/// <param name="patience">How long a request waits for Redis, once, before it goes on without.</param>
internal sealed partial class RedisBuckets(RedisAddress address, BucketKeys keys, TimeSpan patience, TimeProvider clock, ILogger<RedisBuckets> logger)
    : BackgroundService, ISharedBuckets
{
    /// <summary>Far above what Redis needs in the same data centre, and still not noticed by whoever is waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan _betweenProbes = TimeSpan.FromSeconds(1);

    private ConnectionMultiplexer? _connection;
    private volatile bool _isAvailable;

    // Whether the log says so already; not the opposite of the above, since nothing is said before the first attempt.
    private int _isAway;

    public bool IsAvailable => _isAvailable;

    public async ValueTask<BucketState?> TakeAsync(string kind, string partition, int perMinute, CancellationToken ct)
    {
        if (!_isAvailable || _connection is not { } connection)
            return null;
        try
        {
            return await AskAsync(connection, kind, partition, perMinute, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Fail(e); // whatever it was: no request fails because of the limits
            return null;
        }
    }

    /// <summary>Waits for the first connection, but not for long: a server without its Redis starts.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _isAvailable = false;
        if (_connection is { } connection)
            await connection.DisposeAsync();
    }

    public override void Dispose()
    {
        base.Dispose();
        _connection?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_betweenProbes, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ProbeAsync(stoppingToken);
    }

    private async Task ProbeAsync(CancellationToken ct)
    {
        try
        {
            _connection ??= await ConnectionMultiplexer.ConnectAsync(RedisConnection.Options(address)).WaitAsync(ct);
            await AskAsync(_connection, "probe", "", perMinute: 600, ct);
            if (!_isAvailable)
                Available(address.Host, address.Port);
            _isAvailable = true;
            _isAway = 0;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Fail(e);
        }
    }

    private async Task<BucketState> AskAsync(ConnectionMultiplexer connection, string kind, string partition, int perMinute, CancellationToken ct)
    {
        var asked = connection.GetDatabase().ScriptEvaluateAsync(TakeScript.Text, [keys.Of(kind, partition)], [perMinute]);
        var answer = (long[]?)await asked.WaitAsync(patience, clock, ct);
        return answer is [var taken, var left, var wait]
            ? new BucketState(taken == 1, (int)left, TimeSpan.FromMicroseconds(wait))
            : throw new InvalidDataException("Redis answered the script with something else than three numbers.");
    }

    private void Fail(Exception fault)
    {
        _isAvailable = false;
        if (Interlocked.Exchange(ref _isAway, 1) == 0)
            Unavailable(fault.Message);
    }

    [LoggerMessage(3201, LogLevel.Warning, "Redis does not serve the rate limits, so this server counts by itself: {Reason}")]
    private partial void Unavailable(string reason);

    [LoggerMessage(3202, LogLevel.Information, "Rate limits are shared through Redis at {Host}:{Port}")]
    private partial void Available(string host, int port);
}
