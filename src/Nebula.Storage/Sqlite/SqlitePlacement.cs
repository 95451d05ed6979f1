using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Moving;
using Nebula.Storage.Placements;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Moving;

namespace Nebula.Storage.Sqlite;

/// <summary>The data directory of this server as a placement. The storage that it is made of owns everything in it.</summary>
internal sealed class SqlitePlacement(SqliteStorage storage, DataDirectory directory, StorageOptions options) : IPlacement
{
    public PlacementName Name => PlacementName.Sqlite;

    public ITableStore Tables => storage.Tables;

    public IRecordStore Records => storage.Records;

    public IAggregateStore Aggregates => storage.Aggregates;

    public IBulkStore Bulk => storage.Bulk;

    public IBatchStore Batches => storage.Batches;

    public IExportStore Exports => storage.Exports;

    public IImportStore Imports => storage.Imports;

    public IDatabaseFileStore Files => storage.DatabaseFiles;

    /// <summary>One process has the directory and the metadata in it, and takes over none of its own moves.</summary>
    public IMoveSource SourceOf(Database database, Func<CancellationToken, ValueTask> confirm) => new SqliteMoveSource(storage.Pool, directory, storage.Shipper, database);

    public IMoveTarget TargetOf(Database database, Func<CancellationToken, ValueTask> confirm) => new SqliteMoveTarget(directory, database, options);

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => storage.Databases.GetSizeAsync(database, ct);

    public ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct) => storage.Databases.GetUsedAsync(database, ct);

    /// <summary>What a move to here has left. The metadata are in the same directory: their store removes the files with the entry.</summary>
    public ValueTask RemoveAsync(DatabaseId database, CancellationToken ct)
    {
        directory.RemoveIncoming(database);
        return default;
    }

    public ValueTask DisposeAsync() => default;
}
