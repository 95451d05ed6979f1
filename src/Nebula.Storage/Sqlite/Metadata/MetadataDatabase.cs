using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Storage.Files;
using Nebula.Storage.Metadata;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Upgrade;

namespace Nebula.Storage.Sqlite.Metadata;

/// <summary>
/// The database of accounts, databases and keys: one connection, used by one task at a time. Nothing on the hot path asks it, so plain ADO.NET is enough. Commits
/// are synced.
/// </summary>
internal sealed class MetadataDatabase(DataDirectory directory, StorageOptions options, TimeProvider clock, ILogger<MetadataDatabase> logger) : IMetadata, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private SqliteConnection? _connection;
    private WalHistory? _history;
    private MetadataLog? _log;

    /// <summary>Opens the file, upgrades one of v0.2, and applies the migrations.</summary>
    /// <param name="shipper">What ships the log; null where it is not.</param>
    public void Start(WalShipper? shipper)
    {
        SqliteLibrary.Start();
        _history = shipper?.Open(HistoryOwner.Metadata, directory.MetadataPath);
        var isNew = !File.Exists(directory.MetadataPath);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = directory.MetadataPath,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.WriteTimeout.TotalSeconds)), // 0 would be for ever
            ForeignKeys = true,
        }.ToString());
        _connection.Open();
        foreach (var pragma in new[] { "journal_mode = WAL", "synchronous = FULL", "trusted_schema = OFF", "temp_store = MEMORY", "mmap_size = 0" })
            Execute($"PRAGMA {pragma}");
        if (isNew)
            Posix.SyncDirectory(directory.Root);
        if (_history is not null)
            _log = new MetadataLog(_connection, directory.MetadataPath, _gate, options.MaxWalBytes, _history, logger);

        V02Upgrade.RunIfNeeded(_connection, directory, () => MigrationRunner.Run(_connection, MigrationSql.Sqlite, Migration.All("Sqlite"), clock, logger), logger);
        if (_log is not null)
            _history?.Attach(_log);
    }

    /// <summary>
    /// Where SQLite keeps for the whole process what is too large for memory; the file system of a container may have no other place. Source:
    /// https://sqlite.org/tempfiles.html#temporary_file_storage_locations. SQLite guards it by a mutex, and passes over a directory that is gone.
    /// </summary>
    public void SpillInto(string directory) => Execute($"PRAGMA temp_store_directory = {SqliteLiteral.Text(directory)}");

    /// <summary>Runs queries. The delegate must not keep the connection.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            return read(Connection);
        }
        catch (SqliteException e) when (Unavailable(e) is { } error)
        {
            throw new UnavailableException(error, e);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Runs changes in one transaction that is committed and synced when the delegate returns, and undone when it throws.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            using var transaction = Connection.BeginTransaction(deferred: false);
            var result = write(Connection);
            transaction.Commit();
            return result;
        }
        catch (SqliteException e) when (Unavailable(e) is { } error)
        {
            throw new UnavailableException(error, e);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Runs several transactions with nobody in between.</summary>
    public async ValueTask<T> RunExclusiveAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) => await ReadAsync(work, ct);

    string IMetadata.HoldingRowsAlone => "";

    string IMetadata.HoldingRows => ""; // nobody else changes a row while the connection is held

    string IMetadata.Table(string name) => name;

    string IMetadata.IsNamed(string column, string parameter) => $"{column} = {parameter}"; // the columns of names compare so

    string IMetadata.IsAnyOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    string IMetadata.TakingId(string table, string column) => $"UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = '{table}' RETURNING seq";

    ValueTask<T> IMetadata.ReadAsync<T>(Func<MetadataSession, ValueTask<T>> read, CancellationToken ct) => RunAsync(read, inTransaction: false, ct);

    ValueTask<T> IMetadata.WriteAsync<T>(Func<MetadataSession, ValueTask<T>> write, CancellationToken ct) => RunAsync(write, inTransaction: true, ct);

    public void Dispose()
    {
        _log?.Dispose();
        _connection?.Dispose();
        _history?.Close();
        _gate.Dispose();
    }

    private async ValueTask<T> RunAsync<T>(Func<MetadataSession, ValueTask<T>> run, bool inTransaction, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            // Nothing in here waits: this connection does all its work where it is called.
            using var transaction = inTransaction ? Connection.BeginTransaction(deferred: false) : null;
            var result = await run(new MetadataSession(Connection, ct));
            transaction?.Commit();
            return result;
        }
        catch (SqliteException e) when (Unavailable(e) is { } error)
        {
            throw new UnavailableException(error, e);
        }
        catch (SqliteException e) when (ResultCodes.Primary(e.SqliteExtendedErrorCode) == ResultCodes.Constraint)
        {
            throw new ConstraintException(e.IsUniqueViolation() ? ConstraintKind.Unique : e.IsForeignKeyViolation() ? ConstraintKind.ForeignKey : ConstraintKind.Other, e);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>The error of a failure that is nobody's mistake; null for a violated constraint, which whoever wrote the statement knows about.</summary>
    private static Error? Unavailable(SqliteException e) =>
        ResultCodes.Primary(e.SqliteExtendedErrorCode) == ResultCodes.Constraint ? null : SqliteErrors.Translate(e.SqliteExtendedErrorCode);

    private void Release()
    {
        _log?.AfterUse();
        _gate.Release();
    }

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("The metadata was not started.");

    private void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
