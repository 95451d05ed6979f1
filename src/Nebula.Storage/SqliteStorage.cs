using Microsoft.Extensions.Logging;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Backups;
using Nebula.Storage.Files;
using Nebula.Storage.Metadata;
using Nebula.Storage.Placements;
using Nebula.Storage.Sqlite;
using Nebula.Storage.Sqlite.Backups;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Reading;
using Nebula.Storage.Sqlite.Stores;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage;

/// <summary>The SQLite engine: everything that the core asks of a storage, in one data directory that this process owns until it is disposed.</summary>
public sealed class SqliteStorage : IStorage
{
    private readonly DataDirectoryLock _lock;
    private readonly MetadataDatabase _metadata;
    private readonly WriterThreads _threads = new();
    private readonly Quarantine _quarantine;
    private readonly DatabaseOpener _opener;
    private readonly DatabasePool _pool;
    private readonly ScanGate _gate;
    private readonly SqliteDatabaseStore _databases;
    private readonly SqliteDatabaseFileStore _files;
    private readonly SqliteBackupEngine _backups;
    private readonly SpoolDirectory _spool;
    private readonly WalShipper? _shipper;

    private SqliteStorage(StorageOptions options, DataDirectory directory, DataDirectoryLock directoryLock, TimeProvider clock, ILoggerFactory loggers)
    {
        _lock = directoryLock;
        Location = options.DataDirectory;
        Home = new SqlitePlacement(this, directory, options);
        _spool = new SpoolDirectory(Path.Combine(directory.Root, "nebula.spool")); // no account's folder has this name, and the metadata may not
        _metadata = new MetadataDatabase(directory, options, clock, loggers.CreateLogger<MetadataDatabase>());
        _quarantine = new Quarantine(clock, loggers.CreateLogger<Quarantine>());
        _gate = new ScanGate(options);
        var registry = new DatabaseRegistry(_metadata, options.NewDatabases, clock);
        Accounts = new AccountStore(_metadata);
        _shipper = WalShipperFactory.Make(options.PointInTime, options.MaxWalBytes, directory, registry, Accounts, clock, loggers);
        _opener = new DatabaseOpener(registry, directory, _quarantine, _threads, options, _shipper, clock, loggers.CreateLogger<DatabaseOpener>());
        _pool = new DatabasePool(_opener, _quarantine, options, clock, loggers.CreateLogger<DatabasePool>());
        Unopened = _shipper is null ? null : new UnopenedDatabases(registry, _pool, directory, _shipper, clock);
        _databases = new SqliteDatabaseStore(registry, _pool, _quarantine, directory, loggers.CreateLogger<SqliteDatabaseStore>());
        ApiKeys = new ApiKeyStore(_metadata);
        Audit = new AuditStore(_metadata, clock);
        Quotas = new QuotaStore(_metadata);
        Branches = new BranchStore(_metadata);
        BackupsUnderWay = new BackupProgressStore(_metadata);
        Tables = new SqliteTableStore(_pool, registry, clock);
        var scanner = new Scanner(_pool, _gate, options);
        Records = new SqliteRecordStore(_pool, scanner);
        Aggregates = new SqliteAggregateStore(scanner);
        Bulk = new SqliteBulkStore(_pool);
        Batches = new SqliteBatchStore(_pool);
        Exports = new SqliteExportStore(scanner);
        Imports = new SqliteImportStore(_pool, _spool, clock);
        _files = new SqliteDatabaseFileStore(registry, _pool, directory, _spool, clock, loggers.CreateLogger<SqliteDatabaseFileStore>());
        _backups = new SqliteBackupEngine(_metadata, registry, _pool, _quarantine, directory, _spool);
    }

    public IAccountStore Accounts { get; }

    public IApiKeyStore ApiKeys { get; }

    public IAuditStore Audit { get; }

    public IQuotaStore Quotas { get; }

    public IBranchStore Branches { get; }

    public IBackupProgressStore BackupsUnderWay { get; }

    public IDatabaseStore Databases => _databases;

    public IDatabaseFileStore DatabaseFiles => _files;

    public ITableStore Tables { get; }

    public IRecordStore Records { get; }

    public IAggregateStore Aggregates { get; }

    public IBulkStore Bulk { get; }

    public IBatchStore Batches { get; }

    public IExportStore Exports { get; }

    public IImportStore Imports { get; }

    public int OpenDatabases => _pool.OpenCount;

    public int QuarantinedDatabases => _quarantine.Count;

    public bool? AreHistoriesShipped => _shipper is null ? null : !_shipper.IsAway;

    public (string Name, string Version) Engine => ("sqlite", EngineVersion);

    public string Location { get; }

    /// <summary>The engine's own version.</summary>
    public static string EngineVersion => SqliteLibrary.Version;

    /// <summary>How many threads of the pool the storage may hold at once while SQLite works.</summary>
    public static int MaxBlockedThreads => ScanGate.Width;

    internal DatabasePool Pool => _pool;

    internal IBackupEngine Backups => _backups;

    internal IMetadata Metadata => _metadata;

    /// <summary>Null where no history is kept.</summary>
    internal WalShipper? Shipper => _shipper;

    /// <summary>What sees to the histories of databases that nobody opens; null where none are kept.</summary>
    internal UnopenedDatabases? Unopened { get; }

    /// <summary>The data directory as one of several placements.</summary>
    internal IPlacement Home { get; }

    /// <summary>From now on others serve the databases that are elsewhere: who asks for one here has to look it up anew.</summary>
    internal void ShareDatabases() => _opener.Elsewhere = Core.Error.StaleTable;

    /// <summary>
    /// Takes the data directory, brings its metadata up to date and finishes what a crash left half-way. Throws <see cref="DataDirectoryInUseException"/>, or
    /// <see cref="Migrations.MigrationException"/>.
    /// </summary>
    public static async Task<SqliteStorage> StartAsync(StorageOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var directory = new DataDirectory(options);
        var directoryLock = DataDirectoryLock.Take(directory, clock);
        var storage = new SqliteStorage(options, directory, directoryLock, clock, loggers);
        try
        {
            storage._metadata.Start(storage._shipper);
            await storage._databases.RecoverAsync(ct);
            await storage._files.RecoverAsync(ct);
            storage._metadata.SpillInto(storage._spool.Root);
            if (storage.Unopened is { } unopened)
                storage._shipper?.Start(unopened.RunAsync);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => await _metadata.ReadAsync(c => c.Query("SELECT 1", _ => true)[0], ct);

    /// <summary>One server owns a data directory.</summary>
    public Task FollowAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Finishes what waits, copies the logs into their files and closes them, and gives the directory up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_shipper is not null)
            await _shipper.StopAsync(CancellationToken.None);
        await _pool.DisposeAsync();
        _threads.Dispose();
        _metadata.Dispose();
        if (_shipper is not null)
            await _shipper.DisposeAsync();
        _gate.Dispose();
        _files.Dispose();
        _backups.Dispose();
        _lock.Dispose();
    }
}
