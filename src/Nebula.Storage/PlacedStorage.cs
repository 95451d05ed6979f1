using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Databases.Files;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Metadata;
using Nebula.Storage.Moving;
using Nebula.Storage.Placements;
using Nebula.Storage.Postgres;
using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage;

/// <summary>A storage whose databases can be in several placements. With one alone, requests go to its stores as if this were not there. Disposing disposes them all.</summary>
public sealed class PlacedStorage : IStorage
{
    private static readonly TimeSpan _betweenRecoveries = TimeSpan.FromSeconds(2);

    private readonly IStorage _home;
    private readonly IBackupEngine _backups;
    private readonly IReadOnlyList<IPlacement> _others;
    /// <summary>Undoes or finishes what another server left half-way, and what failed here before.</summary>
    private readonly PeriodicWork _recovery;
    private readonly DatabaseMover _mover;
    private readonly PlacedFiles? _files;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private Func<RemoteChange, CancellationToken, ValueTask>? _apply;

    private PlacedStorage(IStorage home, MoveRegistry moves, IBackupEngine backups, IPlacement own, IReadOnlyList<IPlacement> others, TimeProvider clock, ILoggerFactory loggers)
    {
        (_home, _backups, _others, _clock, _loggers) = (home, backups, others, clock, loggers);
        _recovery = new PeriodicWork("Recovering moves", _betweenRecoveries, clock, loggers.CreateLogger<PlacedStorage>());
        var placements = new PlacementSet([own, .. others]);
        _mover = new DatabaseMover(placements, moves, home.Databases.FindAsync, NotifyAsync, clock, loggers.CreateLogger<DatabaseMover>());
        foreach (var other in others.OfType<PostgresPlacement>())
            other.Moved = NotifyAsync;
        var isAlone = others.Count == 0;
        Databases = isAlone ? home.Databases : new PlacedDatabases(home.Databases, own, placements, moves, _mover);
        _files = isAlone ? null : new PlacedFiles(placements, own);
        Tables = isAlone ? home.Tables : new PlacedTables(placements);
        Records = isAlone ? home.Records : new PlacedRecords(placements);
        Aggregates = isAlone ? home.Aggregates : new PlacedAggregates(placements);
        Bulk = isAlone ? home.Bulk : new PlacedBulk(placements);
        Batches = isAlone ? home.Batches : new PlacedBatches(placements);
        Exports = isAlone ? home.Exports : new PlacedExports(placements);
        Imports = isAlone ? home.Imports : new PlacedImports(placements, own);
    }

    public IAccountStore Accounts => _home.Accounts;

    public IApiKeyStore ApiKeys => _home.ApiKeys;

    public IAuditStore Audit => _home.Audit;

    public IQuotaStore Quotas => _home.Quotas;

    public IBranchStore Branches => _home.Branches;

    public IBackupProgressStore BackupsUnderWay => _home.BackupsUnderWay;

    public IDatabaseStore Databases { get; }

    public IDatabaseFileStore DatabaseFiles => _files ?? _home.DatabaseFiles;

    public ITableStore Tables { get; }

    public IRecordStore Records { get; }

    public IAggregateStore Aggregates { get; }

    public IBulkStore Bulk { get; }

    public IBatchStore Batches { get; }

    public IExportStore Exports { get; }

    public IImportStore Imports { get; }

    public IDatabaseMover Mover => _mover;

    public (string Name, string Version) Engine => _home.Engine;

    public int OpenDatabases => _home.OpenDatabases;

    public int QuarantinedDatabases => _home.QuarantinedDatabases;

    public string Location => _home.Location;

    /// <summary>
    /// Starts the metadata's own storage with the placements that there are besides. Throws what starting the storage throws. Connects to no other placement yet: one that is away takes nobody else along.
    /// </summary>
    public static async Task<PlacedStorage> StartAsync(StorageOptions options, IReadOnlyList<PlacementOptions> placements, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var home = await SqliteStorage.StartAsync(options, clock, loggers, ct);
        return await StartAsync(home, Make(home.Metadata, placements, clock, loggers), clock, loggers, ct);
    }

    /// <summary>The same for metadata on PostgreSQL.</summary>
    public static async Task<PlacedStorage> StartAsync(PostgresOptions options, IReadOnlyList<PlacementOptions> placements, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var home = await PostgresStorage.StartAsync(options, clock, loggers, ct);
        return await StartAsync(home, Make(home.Metadata, placements, clock, loggers), clock, loggers, ct);
    }

    /// <summary>Adds placements to a data directory, and undoes or finishes what a move left half-way when its process ended. Takes the storage over, also when this fails.</summary>
    internal static Task<PlacedStorage> StartAsync(SqliteStorage home, IReadOnlyList<IPlacement> others, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        if (others.Count > 0)
            home.ShareDatabases();

        // One process owns the directory, so whoever was at something is gone.
        return StartAsync(new PlacedStorage(home, new MoveRegistry(home.Metadata, clock), home.Backups, home.Home, others, clock, loggers), isAlone: true, ct);
    }

    /// <summary>The same for the metadata of several servers.</summary>
    internal static Task<PlacedStorage> StartAsync(PostgresStorage home, IReadOnlyList<IPlacement> others, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var storage = new PlacedStorage(home, new MoveRegistry(home.MetadataOfMoves, clock, home.Metadata), home.Backups, home.Home, others, clock, loggers);
        home.Home.Moved = storage.NotifyAsync;
        return StartAsync(storage, isAlone: false, ct);
    }

    /// <summary>What backups need of the engine of the metadata.</summary>
    internal IBackupEngine BackupEngine => _backups;

    /// <summary>Backups of this storage in one place.</summary>
    /// <param name="key">What they are encrypted with; null for not at all.</param>
    /// <param name="version">Of the program.</param>
    internal BackupStore BackupsAt(IBackupTarget target, BackupKey? key, string version) =>
        new(target, new BackupCodec(key), _backups, new BackupOrigin(version, Engine.Name), Databases, DatabaseFiles, _clock, _loggers.CreateLogger<BackupStore>());

    /// <summary>The histories of databases in one place.</summary>
    /// <param name="key">What they are encrypted with; null for not at all.</param>
    internal IHistories HistoriesAt(IBackupTarget target, BackupKey? key)
    {
        var codec = new BackupCodec(key);
        return new Histories(new HistoryStore(target, codec), new BackupFiles(target, codec, _backups), _backups, _clock, _loggers.CreateLogger<Histories>());
    }

    public bool? AreHistoriesShipped => _home.AreHistoriesShipped;

    public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => _home.IsMetadataReadyAsync(ct);

    public Task FollowAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        _apply = (change, token) =>
        {
            foreach (var other in _others.OfType<PostgresPlacement>())
                other.Forget(change); // another server may have changed a schema there
            return apply(change, token);
        };
        return Task.WhenAll(_home.FollowAsync(_apply, ct), _recovery.RunAsync(c => _mover.RecoverAsync(atOnce: false, c), ct));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
            await other.DisposeAsync();
        await _home.DisposeAsync();
    }

    private static List<IPlacement> Make(IMetadata metadata, IReadOnlyList<PlacementOptions> placements, TimeProvider clock, ILoggerFactory loggers) =>
        [.. placements.Select(p => new PostgresPlacement(p.Name, new PostgresServer(p.Server, clock, loggers), new DistantEntries(metadata, p.Name, clock), clock, loggers))];

    private static async Task<PlacedStorage> StartAsync(PlacedStorage storage, bool isAlone, CancellationToken ct)
    {
        try
        {
            await storage._mover.RecoverAsync(atOnce: isAlone, ct);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    private ValueTask NotifyAsync(DatabaseId database) =>
        _apply is { } apply ? apply(new RemoteChange(RemoteChangeKind.Database, database.Value.ToString(CultureInfo.InvariantCulture)), CancellationToken.None) : default;
}
