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
using Nebula.Storage.Metadata;
using Nebula.Storage.Postgres;
using Nebula.Storage.Postgres.Backups;
using Nebula.Storage.Postgres.Metadata;
using Nebula.Storage.Postgres.Stores;

namespace Nebula.Storage;

/// <summary>The PostgreSQL engine: any number of processes may use the same server at once.</summary>
public sealed class PostgresStorage : IStorage
{
    private static readonly TimeSpan _betweenSweeps = TimeSpan.FromMinutes(1);

    private readonly PostgresServer _server;
    private readonly PostgresMetadata _metadata;
    private readonly PostgresMetadata _probed;
    private readonly PostgresDatabases _databases;
    private readonly ChangeFeed _changes;
    /// <summary>Finishes what a server that crashed can't finish itself.</summary>
    private readonly PeriodicWork _sweep;
    private string _version = "";

    private PostgresStorage(PostgresOptions options, PostgresServer server, TimeProvider clock, ILoggerFactory loggers)
    {
        _server = server;
        _sweep = new PeriodicWork("Finishing removals of databases", _betweenSweeps, clock, loggers.CreateLogger<PostgresStorage>());
        _metadata = new PostgresMetadata(_server, _server.OpenAsync);
        _probed = new PostgresMetadata(_server, _server.OpenForProbeAsync);
        MetadataOfMoves = new PostgresMetadata(_server, _server.OpenForMoveAsync);
        _databases = new PostgresDatabases(_metadata, clock, loggers.CreateLogger<PostgresDatabases>());
        _changes = new ChangeFeed(options, clock, loggers.CreateLogger<ChangeFeed>());
        Accounts = new AccountStore(_metadata);
        ApiKeys = new ApiKeyStore(_metadata);
        Audit = new AuditStore(_metadata, clock);
        Quotas = new QuotaStore(_metadata);
        Branches = new BranchStore(_metadata);
        BackupsUnderWay = new BackupProgressStore(_metadata);
        Home = new PostgresPlacement(PlacementName.Postgres, server, new OwnEntries(server, clock), clock, loggers);
        Databases = new PostgresDatabaseStore(new RegisteredDatabases(_metadata, options.NewDatabases, clock), _databases, Home);
        Backups = new PostgresBackupEngine(server, Home.Catalogues, Home.Spool, clock, loggers.CreateLogger<PostgresBackupEngine>());
    }

    public IAccountStore Accounts { get; }

    public IApiKeyStore ApiKeys { get; }

    public IAuditStore Audit { get; }

    public IQuotaStore Quotas { get; }

    public IBranchStore Branches { get; }

    public IBackupProgressStore BackupsUnderWay { get; }

    public IDatabaseStore Databases { get; }

    public IDatabaseFileStore DatabaseFiles => Home.Files;

    public ITableStore Tables => Home.Tables;

    public IRecordStore Records => Home.Records;

    public IAggregateStore Aggregates => Home.Aggregates;

    public IBulkStore Bulk => Home.Bulk;

    public IBatchStore Batches => Home.Batches;

    public IExportStore Exports => Home.Exports;

    public IImportStore Imports => Home.Imports;

    /// <summary>PostgreSQL's own tools keep its history.</summary>
    public bool? AreHistoriesShipped => null;

    public (string Name, string Version) Engine => ("postgres", _version);

    public string Location => _server.Address;

    public int OpenDatabases => Home.Catalogues.Count;

    public int QuarantinedDatabases => 0;

    internal IMetadata Metadata => _metadata;

    /// <summary>The same, read and written over the connections of moves.</summary>
    internal IMetadata MetadataOfMoves { get; }

    internal IBackupEngine Backups { get; }

    /// <summary>The server of the metadata as one of several placements.</summary>
    internal PostgresPlacement Home { get; }

    /// <summary>
    /// Brings the schema <c>nebula</c> up to date and finishes what a crash left half-way. Throws <see cref="Migrations.MigrationException"/>, <see cref="NotSupportedException"/> for a server that
    /// can't be used, <see cref="Core.UnavailableException"/> for one that can't be reached, each with a message for the operator.
    /// </summary>
    public static async Task<PostgresStorage> StartAsync(PostgresOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var storage = new PostgresStorage(options, new PostgresServer(options.Server, clock, loggers), clock, loggers);
        try
        {
            storage._version = await MetadataSchema.MigrateAsync(storage._server, clock, loggers.CreateLogger<PostgresStorage>(), ct);
            await storage._changes.StartAsync(storage._server, ct);
            await storage._databases.FinishRemovalsAsync(ct);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) =>
        (await _probed.ReadAsync(s => s.QueryAsync("SELECT 1 FROM nebula.migrations LIMIT 1", _ => true), ct)).Count == 1;

    public Task FollowAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct) => Task.WhenAll(
        _changes.RunAsync(
            (change, ct) =>
            {
                Home.Forget(change); // another server may have changed a schema
                return apply(change, ct);
            },
            ct),
        _sweep.RunAsync(_databases.FinishRemovalsAsync, ct));

    public ValueTask DisposeAsync() => Home.DisposeAsync();
}
