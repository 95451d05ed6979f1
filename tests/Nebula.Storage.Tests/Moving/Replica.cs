using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core.Caching;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>One of several servers on one PostgreSQL, with another one as the placement <c>two</c>.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly PlacedStorage _storage;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _following;

    private Replica(PlacedStorage storage, bool hears)
    {
        _storage = storage;
        Services = new Services(storage, TimeProvider.System);
        if (!hears)
            _stopping.Cancel();
        _following = storage.FollowAsync(new RemoteChanges(null!, Services.ApiKeys, Services.Databases, Services.Quotas).ApplyAsync, _stopping.Token); // no test ends an account
    }

    public Services Services { get; }

    public IDatabaseMover Mover => _storage.Mover;

    /// <summary>Takes over what others are at, as if they had been silent for long.</summary>
    public ValueTask TakeOverMovesAsync() => ((DatabaseMover)_storage.Mover).RecoverAsync(atOnce: true, TestContext.Current.CancellationToken);

    /// <param name="hears">Whether it is told what others change.</param>
    public static Task<Replica> StartAsync(PostgresDatabase metadata, PostgresDatabase two, bool hears = true, TimeProvider? clock = null, int poolSize = 16) =>
        StartAsync(metadata, two.ConnectionString, hears, clock, poolSize);

    /// <param name="two">How the other server is reached.</param>
    public static async Task<Replica> StartAsync(PostgresDatabase metadata, string two, bool hears = true, TimeProvider? clock = null, int poolSize = 16) => new(
        await PlacedStorage.StartAsync(
            new PostgresOptions(new PostgresServerOptions(metadata.ConnectionString) { PoolSize = poolSize }),
            [new PlacementOptions(TwoPlacements.Two, new PostgresServerOptions(two) { PoolSize = poolSize })],
            clock ?? TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken),
        hears);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _following;
        _stopping.Dispose();
        await _storage.DisposeAsync();
    }
}
