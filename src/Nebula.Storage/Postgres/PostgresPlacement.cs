using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Files;
using Nebula.Storage.Moving;
using Nebula.Storage.Placements;
using Nebula.Storage.Postgres.Moving;
using Nebula.Storage.Postgres.Reading;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Stores;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Postgres.Writing;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>A PostgreSQL server as a placement: a schema for each database.</summary>
internal sealed class PostgresPlacement : IPlacement
{
    private readonly PostgresServer _server;
    private readonly DatabaseEntries _entries;
    private readonly ProcessSpool _spool = new();
    private readonly PostgresDatabaseFileStore _files;
    private readonly TimeProvider _clock;

    public PostgresPlacement(PlacementName name, PostgresServer server, DatabaseEntries entries, TimeProvider clock, ILoggerFactory loggers)
    {
        (Name, _server, _entries, _clock) = (name, server, entries, clock);
        Catalogues = new Catalogues(server, new FirstUse(server, entries));
        var (reads, writes) = (new Reads(server, Catalogues), new Writes(server, Catalogues, clock));
        var shared = new SharedTransaction(server, Catalogues, clock, loggers.CreateLogger<PostgresPlacement>());
        var stores = new FencedStores(
            new Fence(server, Catalogues, entries, clock),
            new PostgresTableStore(Catalogues, new SchemaChanges(server, Catalogues, entries, clock), server.Faults, clock),
            new PostgresRecordStore(Catalogues, reads, new GatheringWriter(server, shared), writes),
            new PostgresAggregateStore(Catalogues, reads),
            new PostgresBulkStore(writes),
            new PostgresBatchStore(writes),
            new PostgresExportStore(Catalogues, reads),
            new PostgresImportStore(writes, _spool, clock));
        _files = new PostgresDatabaseFileStore(server, Catalogues, _spool, clock);
        (Tables, Records, Aggregates, Bulk, Batches, Exports, Imports) = (stores, stores, stores, stores, stores, stores, stores);
    }

    public PlacementName Name { get; }

    public ITableStore Tables { get; }

    public IRecordStore Records { get; }

    public IAggregateStore Aggregates { get; }

    public IBulkStore Bulk { get; }

    public IBatchStore Batches { get; }

    public IExportStore Exports { get; }

    public IImportStore Imports { get; }

    public IDatabaseFileStore Files => _files;

    public Catalogues Catalogues { get; }

    public ProcessSpool Spool => _spool;

    /// <summary>Drops what is kept of the schemas that a change elsewhere may be about.</summary>
    public void Forget(RemoteChange change)
    {
        if (change.Kind == RemoteChangeKind.Database && long.TryParse(change.Target, CultureInfo.InvariantCulture, out var id))
            Catalogues.Forget(new DatabaseId(id));
        else if (change.Kind == RemoteChangeKind.Anything)
            Catalogues.ForgetAll();
    }

    /// <summary>Makes this server look a database up anew that was moved elsewhere.</summary>
    public Func<DatabaseId, ValueTask> Moved
    {
        set => _entries.Moved = value;
    }

    public IMoveSource SourceOf(Database database, Func<CancellationToken, ValueTask> confirm) => new PostgresMoveSource(_server, database.Id, confirm, _clock);

    public IMoveTarget TargetOf(Database database, Func<CancellationToken, ValueTask> confirm) => new PostgresMoveTarget(_server, database.Id, confirm, _clock);

    public async ValueTask<long> GetSizeAsync(Database database, CancellationToken ct)
    {
        try
        {
            await using var opened = await _server.OpenAsync(database.Id, ct);
            await using var select = new NpgsqlCommand(
                """
                SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = $1 AND c.relkind IN ('r', 'm')
                """, opened.Connection);
            select.Parameters.Add(Binding.Of(OwnTables.SchemaOf(database.Id)));
            return await select.ExecuteScalarAsync(ct) is long size ? size : 0;
        }
        catch (Exception e) when (e is not UnavailableException && PostgresErrors.Translate(e) is { } error)
        {
            _server.Faults.Note(e, database.Id);
            throw new UnavailableException(error, e);
        }
    }

    /// <summary>What deleted records left is used again by the server, but it can't tell how much that is.</summary>
    public async ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct)
    {
        try
        {
            return await GetSizeAsync(database, ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is not null)
        {
            return null;
        }
    }

    public ValueTask RemoveAsync(DatabaseId database, CancellationToken ct)
    {
        Catalogues.Forget(database);
        return new PostgresMoveSource(_server, database, _ => default, _clock).RemoveAsync(ct); // whoever does it: its id is never given again
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        _spool.Dispose();
        await _server.DisposeAsync();
    }
}
