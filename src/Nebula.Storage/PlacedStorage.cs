using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Metadata;
using Nebula.Storage.Moving;
using Nebula.Storage.Placements;

namespace Nebula.Storage;

/// <summary>A storage whose databases can be in several placements. With one alone, requests go to its stores as if this were not there. Disposing disposes them all.</summary>
public sealed class PlacedStorage : IStorage
{
    private static readonly TimeSpan _betweenRecoveries = TimeSpan.FromSeconds(2);

    private readonly IStorage _home;
    private readonly IReadOnlyList<IPlacement> _others;
    private readonly TimeProvider _clock;
    private readonly DatabaseMover _mover;
    private Func<RemoteChange, CancellationToken, ValueTask>? _apply;

    private PlacedStorage(IStorage home, IMetadata metadata, IPlacement own, IReadOnlyList<IPlacement> others, TimeProvider clock, ILoggerFactory loggers)
    {
        (_home, _others, _clock) = (home, others, clock);
        var placements = new PlacementSet([own, .. others]);
        var moves = new MoveRegistry(metadata, clock);
        _mover = new DatabaseMover(placements, moves, home.Databases.FindAsync, NotifyAsync, clock, loggers.CreateLogger<DatabaseMover>());
        var isAlone = others.Count == 0;
        Databases = isAlone ? home.Databases : new PlacedDatabases(home.Databases, own, placements, moves, _mover);
        DatabaseFiles = isAlone ? home.DatabaseFiles : new PlacedFiles(placements, own);
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

    public IDatabaseStore Databases { get; }

    public IDatabaseFileStore DatabaseFiles { get; }

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

    /// <summary>Adds placements to a data directory, and undoes or finishes what a move left half-way when its process ended. Takes the storage over, also when this fails.</summary>
    internal static Task<PlacedStorage> StartAsync(SqliteStorage home, IReadOnlyList<IPlacement> others, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        if (others.Count > 0)
            home.ShareDatabases();

        // One process owns the directory, so whoever was at something is gone.
        return StartAsync(new PlacedStorage(home, home.Metadata, home.Home, others, clock, loggers), isAlone: true, ct);
    }

    public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => _home.IsMetadataReadyAsync(ct);

    public Task FollowAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        _apply = apply;
        return Task.WhenAll(_home.FollowAsync(apply, ct), RecoverAsync(ct));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
            await other.DisposeAsync();
        await _home.DisposeAsync();
    }

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

    /// <summary>Undoes or finishes what another server left half-way, and what failed here before.</summary>
    private async Task RecoverAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_betweenRecoveries, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    await _mover.RecoverAsync(atOnce: false, ct);
                }
                catch (UnavailableException)
                {
                    // Without the metadata nothing is known of moves; the next time.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
