using Nebula.Core.Backups;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Moving;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

/// <summary>A server of either engine that backs up into a directory, which several servers can share.</summary>
internal sealed class BackedUpServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly PostgresDatabase? _postgres;
    private readonly string _place;
    private readonly BackupKey? _key;
    private PlacedStorage? _storage;
    private Services? _services;

    private BackedUpServer(PostgresDatabase? postgres, string place, BackupKey? key) => (_postgres, _place, _key) = (postgres, place, key);

    public static IProgress<BackupProgress> NoProgress { get; } = new Telling<BackupProgress>(_ => { });

    public PlacedStorage Storage => _storage ?? throw new InvalidOperationException("It is stopped.");

    public Services Services => _services ?? throw new InvalidOperationException("It is stopped.");

    public BackupStore Backups => Storage.BackupsAt(new DirectoryBackupTarget(_place, TimeProvider.System), _key, "1.2.3");

    public TemporaryDirectory Data => _data;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<BackedUpServer> StartAsync(string engine, string place, BackupKey? key = null)
    {
        var server = new BackedUpServer(engine == "postgres" ? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync() : null, place, key);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _storage = _postgres is null
            ? await PlacedStorage.StartAsync(new StorageOptions { DataDirectory = _data.Path }, [], TimeProvider.System, new RecordingLoggers(), Ct)
            : await PlacedStorage.StartAsync(new PostgresOptions(new(_postgres.ConnectionString)), [], TimeProvider.System, new RecordingLoggers(), Ct);
        _services = new Services(_storage, TimeProvider.System);
    }

    public async Task StopAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _storage = null;
    }

    public async Task<BackupManifest> BackUpAsync() => await Backups.CreateAsync(BackupId.New(TimeProvider.System), NoProgress, Ct).Succeeds();

    public async Task<BackupManifest> BackUpAsync(TestDatabase database, string email = "ada@example.org") =>
        await Backups.CreateAsync(BackupFolder.Operator, BackupId.New(TimeProvider.System), database.Database, email, NoProgress, Ct).Succeeds();

    public async Task<RestoreReport> RestoreAsync(BackupManifest backup) => await Backups.RestoreAllAsync(backup, skipsDamaged: false, NoProgress, Ct).Succeeds();

    public async Task<IReadOnlyList<BackupSummary>> ListAsync()
    {
        var backups = new List<BackupSummary>();
        await foreach (var backup in Backups.ListAsync(BackupFolder.Operator, Ct))
            backups.Add(backup);
        return backups;
    }

    public string PathOf(TestDatabase database) => _data.Combine(database.Database.FilePath.Split('/'));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _data.Dispose();
    }
}
