using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>A data directory with a PostgreSQL as its second placement, called <c>two</c>.</summary>
internal sealed class TwoPlacements : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private PlacedStorage? _storage;
    private Services? _services;
    private CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;

    private TwoPlacements(PostgresDatabase server) => Server = server;

    public static PlacementName Two { get; } = PlacementName.TryParse("two", out var name) ? name : default;

    public PostgresDatabase Server { get; }

    public Services Services => _services ?? throw new InvalidOperationException("It is stopped.");

    public IDatabaseMover Mover => (_storage ?? throw new InvalidOperationException("It is stopped.")).Mover;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TwoPlacements> StartAsync()
    {
        var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        var two = new TwoPlacements(server);
        await two.StartAgainAsync();
        return two;
    }

    public async Task StartAgainAsync()
    {
        _storage = await PlacedStorage.StartAsync(
            new StorageOptions { DataDirectory = _directory.Path }, [new PlacementOptions(Two, new PostgresServerOptions(Server.ConnectionString))], TimeProvider.System, NullLoggerFactory.Instance, Ct);
        _services = new Services(_storage, TimeProvider.System);
        var changes = new RemoteChanges(null!, _services.ApiKeys, _services.Databases, _services.Quotas); // no test ends an account
        _stopping = new CancellationTokenSource();
        _following = _storage.FollowAsync(changes.ApplyAsync, _stopping.Token);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _following;
        _stopping.Dispose();
        if (_storage is not null)
            await _storage.DisposeAsync();
        _storage = null;
    }

    /// <summary>Moves a database from wherever it is.</summary>
    public async Task<MoveReport> MoveAsync(TestDatabase database, PlacementName to) => (await TryMoveAsync(database, to)).Succeeds();

    public async Task<Result<MoveReport>> TryMoveAsync(TestDatabase database, PlacementName to, IProgress<MoveProgress>? progress = null, CancellationToken? ct = null) => await Mover.MoveAsync(
        await Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone."), to, progress ?? new Telling<MoveProgress>(_ => { }), ct ?? Ct);

    public string MetadataPath => _directory.Combine(new StorageOptions { DataDirectory = _directory.Path }.MetadataFile);

    public string PathOf(TestDatabase database) => _directory.Combine(database.Database.FilePath.Split('/'));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Server.DisposeAsync();
        _directory.Dispose();
    }
}
