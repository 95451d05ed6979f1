using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Backups;
using Nebula.Storage.Files;
using Nebula.Storage.Postgres.Files;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sqlite.Native;
using Npgsql;

namespace Nebula.Storage.Postgres.Backups;

/// <summary>Backups of a PostgreSQL server: files are read into schemas.</summary>
internal sealed class PostgresBackupEngine(PostgresServer server, Catalogues catalogues, ProcessSpool spool, TimeProvider clock, ILogger<PostgresBackupEngine> logger) : IBackupEngine
{
    private const long LockNumber = 7450290129862747; // the next after that of the migrations

    public SpoolDirectory Spool
    {
        get
        {
            SqliteLibrary.Start();
            return spool.Directory;
        }
    }

    public bool KeepsFiles => false;

    public PlacementName Placement => PlacementName.Postgres;

    /// <summary>Held by an open transaction, so that it works behind a pooler too, and ends with the process.</summary>
    public async ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct) => await GuardAsync<IAsyncDisposable?>(async () =>
    {
        var connection = await server.OpenAsync(ct);
        try
        {
            await connection.BeginTransactionAsync(ct);
            await using var take = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({LockNumber})", connection);
            if (await take.ExecuteScalarAsync(ct) is true)
                return connection; // whose disposal ends the transaction
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    });

    public async ValueTask SaveMetadataAsync(string file, CancellationToken ct) => await GuardAsync(async () =>
    {
        MetadataFile.Create(file, clock, logger);
        await using var connection = await server.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await new MetadataCopy(connection, file).SaveAsync(ct);
        return new Done();
    });

    public async ValueTask<bool> IsEmptyAsync(CancellationToken ct) => await GuardAsync(async () =>
    {
        await using var connection = await server.OpenAsync(ct);
        return await IsEmptyAsync(connection, ct);
    });

    public ValueTask<Result<Done>> LoadMetadataAsync(string file, CancellationToken ct) => GuardAsync<Result<Done>>(async () =>
    {
        await using var connection = await server.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var hold = new NpgsqlCommand("LOCK TABLE nebula.users IN SHARE ROW EXCLUSIVE MODE", connection))
            await hold.ExecuteNonQueryAsync(ct);
        if (!await IsEmptyAsync(connection, ct))
            return FullRestore.NotEmpty;
        await new MetadataCopy(connection, file).LoadAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return new Done();
    });

    public async ValueTask<Result<Done>> PlaceAsync(Database database, string file, CancellationToken ct) =>
        (await ImportAsync(file, import => import.PlaceAsync(database, ct))).TryGet(out _, out var error) ? new Done() : error;

    public async ValueTask TakeBackAsync(Database database, CancellationToken ct) => await GuardAsync(async () =>
    {
        await using var connection = await server.OpenAsync(ct);
        await using var find = new NpgsqlCommand("SELECT 1 FROM nebula.databases WHERE database_id = $1", connection);
        find.Parameters.Add(Binding.Of(database.Id.Value));
        if (await find.ExecuteScalarAsync(ct) is null)
        {
            await using var drop = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {OwnTables.SchemaOf(database.Id)} CASCADE", connection) { CommandTimeout = 0 };
            await drop.ExecuteNonQueryAsync(ct);
        }

        return new Done();
    });

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, string file, CancellationToken ct) => ImportAsync(file, import => import.RunAsync(owner, taken: null, name, most, ct));

    public async ValueTask<Result<Database>> ReplaceAsync(Database database, string file, CancellationToken ct)
    {
        var replaced = await ImportAsync(file, import => import.ReplaceAsync(database.Id, ct));
        catalogues.Forget(database.Id);
        return replaced;
    }

    private ValueTask<Result<Database>> ImportAsync(string path, Func<FileImport, ValueTask<Result<Database>>> import) => GuardAsync(async () =>
    {
        using var file = Connection.Open(path, create: false);
        return await import(new FileImport(server, file, clock));
    });

    private static async ValueTask<bool> IsEmptyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand("SELECT 1 FROM nebula.users LIMIT 1", connection);
        return await find.ExecuteScalarAsync(ct) is null;
    }

    private static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException e) when (PostgresErrors.Translate(e) is { } error)
        {
            throw new UnavailableException(error, e);
        }
    }
}
