using Microsoft.Data.Sqlite;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Lifecycle;

/// <summary>What a crash can leave of the import of a database, laid out by hand: after the next start the whole database is there, or nothing.</summary>
public sealed class ImportCrashTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Spool => _storage.Directory.Combine("nebula.spool");

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _tenant = await _storage.Services.AddTenantAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task An_import_leaves_nothing_in_the_spool()
    {
        await ImportAsync();

        Assert.Empty(Directory.GetFileSystemEntries(Spool));
    }

    [Fact]
    public async Task Cut_short_before_it_was_noted_there_is_nothing()
    {
        await _storage.RestartAsync(() => File.Copy(Uploaded(), Path.Combine(Spool, "left.import")));

        Assert.Empty(Directory.GetFileSystemEntries(Spool));
        Assert.Empty(await _storage.Services.DatabaseStore.ListAsync(_tenant.Id, 10, 0, Ct));
    }

    [Fact]
    public async Task Cut_short_before_the_file_moved_it_is_finished()
    {
        var database = await ImportAsync();

        await _storage.RestartAsync(() => MoveBack(database));

        await IsWholeAsync();
    }

    [Fact]
    public async Task An_old_log_of_that_name_is_never_met()
    {
        var database = await ImportAsync();

        await _storage.RestartAsync(() =>
        {
            MoveBack(database);
            File.WriteAllBytes($"{_storage.PathOf(database)}-wal", new byte[4096]);
        });

        await IsWholeAsync();
    }

    [Fact]
    public async Task Cut_short_before_its_folder_was_made_it_is_finished()
    {
        var database = await ImportAsync();

        await _storage.RestartAsync(() =>
        {
            MoveBack(database);
            Directory.Delete(Path.GetDirectoryName(_storage.PathOf(database))!, recursive: true);
        });

        await IsWholeAsync();
    }

    [Fact]
    public async Task Cut_short_after_the_file_moved_it_is_finished()
    {
        var database = await ImportAsync();

        await _storage.RestartAsync(() => SetPending(database));

        await IsWholeAsync();
    }

    [Fact]
    public async Task A_deletion_of_one_that_was_never_finished_removes_its_file()
    {
        var database = await ImportAsync();

        await _storage.RestartAsync(() =>
        {
            MoveBack(database);
            Execute($"UPDATE databases SET state = 'deleting' WHERE database_id = {database.Id}");
        });

        Assert.Empty(Directory.GetFileSystemEntries(Spool));
        Assert.Empty(await _storage.Services.DatabaseStore.ListAsync(_tenant.Id, 10, 0, Ct));
    }

    private async Task<Database> ImportAsync()
    {
        await using var file = File.OpenRead(Uploaded());
        var imported = await _storage.Storage.DatabaseFiles.ImportAsync(_tenant.Caller, id: null, Some.Database("music"), most: null, StripList.None, file, Ct).Succeeds();
        Assert.Equal(2, imported.Rows);
        return imported.Database;
    }

    private async Task IsWholeAsync()
    {
        var artists = (await _tenant.On(_storage.Services).OpenDatabaseAsync("music")).Table("artists");
        Assert.Equal("\"AC/DC\"", (await artists.FindAsync(1).Succeeds())["name"]);
        Assert.Equal(2, await artists.TotalAsync());
        Assert.Empty(Directory.GetFileSystemEntries(Spool));
        Assert.Equal(0, PendingCount());
    }

    /// <summary>As it is after the database was noted, and before its file moved.</summary>
    private void MoveBack(Database database)
    {
        SetPending(database);
        File.Move(_storage.PathOf(database), Path.Combine(Spool, "file.import"));
    }

    private void SetPending(Database database) => Execute($"UPDATE databases SET pending_file = 'file.import' WHERE database_id = {database.Id}");

    private void Execute(string sql)
    {
        using var metadata = _storage.OpenMetadata();
        metadata.Run(sql);
    }

    private long PendingCount()
    {
        using var metadata = _storage.OpenMetadata();
        return metadata.Integer("SELECT count(*) FROM databases WHERE pending_file IS NOT NULL");
    }

    private string Uploaded()
    {
        var path = _storage.Directory.Combine("upload.sqlite");
        if (File.Exists(path))
            return path;
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO artists VALUES (1, 'AC/DC'), (2, 'Accept')";
        command.ExecuteNonQuery();
        return path;
    }
}
