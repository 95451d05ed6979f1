using Microsoft.Data.Sqlite;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Backups;
using Nebula.Storage.Files;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Backups;

/// <summary>Backups of a data directory: files are put in place as they are.</summary>
internal sealed class SqliteBackupEngine(
    MetadataDatabase metadata, DatabaseRegistry registry, DatabasePool pool, Quarantine quarantine, DataDirectory directory, SpoolDirectory spool) : IBackupEngine, IDisposable
{
    private readonly SemaphoreSlim _alone = new(1);

    public SpoolDirectory Spool => spool;

    public bool KeepsFiles => true;

    public PlacementName Placement => PlacementName.Sqlite;

    /// <summary>One process owns the directory.</summary>
    public async ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct) => await _alone.WaitAsync(TimeSpan.Zero, ct) ? new Alone(_alone) : null;

    public async ValueTask SaveMetadataAsync(string file, CancellationToken ct) => await Task.Run(
        () =>
        {
            try
            {
                // On a connection of its own, so that nobody who wants the metadata waits.
                using (var source = Connection.Open(directory.MetadataPath, create: false))
                using (var target = Connection.Open(file, create: true))
                    source.CopyTo(target, progress: null, ct);
            }
            catch (SqliteFaultException e) when (SqliteErrors.Translate(e.Code) is { } error)
            {
                throw new UnavailableException(error, e);
            }

            MetadataFile.Finish(file);
        },
        ct);

    public ValueTask<bool> IsEmptyAsync(CancellationToken ct) => metadata.ReadAsync(IsEmpty, ct);

    public ValueTask<Result<Done>> LoadMetadataAsync(string file, CancellationToken ct) => metadata.RunExclusiveAsync<Result<Done>>(
        c =>
        {
            c.Execute("ATTACH $file AS backup", ("$file", file));
            try
            {
                using var transaction = c.BeginTransaction(deferred: false);
                if (!IsEmpty(c))
                    return FullRestore.NotEmpty;
                var tables = MetadataFile.ListTables(c, "backup");

                // What is there although there are no accounts is of nobody.
                foreach (var table in tables.Reverse())
                    c.Execute($"DELETE FROM main.{Identifier.Quote(table.Name)}");
                foreach (var table in tables)
                {
                    var (name, list) = (Identifier.Quote(table.Name), string.Join(", ", table.Columns.Select(Identifier.Quote)));
                    c.Execute($"INSERT INTO main.{name} ({list}) SELECT {list} FROM backup.{name} ORDER BY {table.Order}");
                }

                // So that no id is given again that was given before.
                c.Execute("DELETE FROM main.sqlite_sequence WHERE name IN (SELECT name FROM backup.sqlite_sequence)");
                c.Execute("INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM backup.sqlite_sequence");
                transaction.Commit();
                return new Done();
            }
            finally
            {
                c.Execute("DETACH backup");
            }
        },
        ct);

    public ValueTask<Result<Done>> PlaceAsync(Database database, string file, CancellationToken ct)
    {
        SpoolDirectory.Sync(file);
        directory.Place(spool, Path.GetFileName(file), database);
        return new(new Done());
    }

    public async ValueTask TakeBackAsync(Database database, CancellationToken ct)
    {
        if (await registry.FindAsync(database.Id, ct) is null)
            DataDirectory.Remove(directory.PathOf(database));
    }

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, string file, CancellationToken ct)
    {
        SpoolDirectory.Sync(file);
        var spooled = Path.GetFileName(file);
        return registry.AddImportedAsync(owner, id: null, name, most, CountTables(file), spooled, d => directory.Place(spool, spooled, d), CancellationToken.None);
    }

    public async ValueTask<Result<Database>> ReplaceAsync(Database database, string file, CancellationToken ct)
    {
        SpoolDirectory.Sync(file);
        var (spooled, tables) = (Path.GetFileName(file), CountTables(file));
        if (!(await pool.HoldAsync(database.Id, ct)).TryGet(out var hold, out var error))
            return error;
        using (hold)
        {
            var replaced = await registry.ReplaceAsync(database.Id, tables, spooled, d => directory.Place(spool, spooled, d), CancellationToken.None);
            if (replaced.TryGet(out _, out _))
                quarantine.Remove(database.Id);
            return replaced;
        }
    }

    public void Dispose() => _alone.Dispose();

    private static bool IsEmpty(SqliteConnection connection) => connection.Query("SELECT 1 FROM users LIMIT 1", _ => true).Count == 0;

    public static int CountTables(string file)
    {
        using var connection = Connection.Open(file, create: false);
        return (int)connection.ExecuteInteger("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_nebula%' ESCAPE '\\'");
    }

    private sealed class Alone(SemaphoreSlim alone) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            alone.Release();
            return default;
        }
    }
}
