using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Lifecycle;

/// <summary>What a crash can leave of a creation, a renaming or a deletion, laid out by hand: the next start finishes or undoes it.</summary>
public sealed class CrashPointTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;
    private TestTable _table = null!;
    private Database _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IDatabaseStore Store => _storage.Services.DatabaseStore;

    private string OldPath => _storage.PathOf(_database);

    private string NewPath => _storage.PathOf(_database with { Name = Some.Database("renamed") });

    private string Tombstone => Path.Combine(Path.GetDirectoryName(OldPath)!, $"{_database.Id}.deleted");

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _tenant = await _storage.Services.AddTenantAsync();
        var database = await _tenant.AddDatabaseAsync("shop");
        _table = await database.AddTableAsync("items", "n INTEGER");
        await _table.AddAsync("""{"n": 7}""");
        _database = database.Database;
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_file_that_was_made_but_not_noted_serves()
    {
        var fresh = await _tenant.AddDatabaseAsync("fresh");
        await fresh.ListTablesAsync();

        await CrashAsync($"UPDATE databases SET state = 'registered' WHERE database_id = {fresh.Id}");

        await fresh.On(_storage.Services).AddTableAsync("t", "n INTEGER");
        Assert.Equal(DatabaseState.Created, (await Store.FindAsync(fresh.Id, Ct))?.State);
    }

    [Fact]
    public async Task A_file_of_which_only_the_name_was_made_serves()
    {
        var fresh = (await _tenant.AddDatabaseAsync("fresh")).Database;

        await CrashAsync("", () => File.WriteAllBytes(_storage.PathOf(fresh), []));

        Assert.Empty(await (await _tenant.On(_storage.Services).OpenDatabaseAsync("fresh")).ListTablesAsync());
    }

    [Fact]
    public async Task A_renaming_cut_short_before_the_files_moved_is_finished()
    {
        await CrashAsync(Pending);

        await IsRenamedAsync();
    }

    [Fact]
    public async Task A_renaming_cut_short_after_the_files_moved_is_finished()
    {
        await CrashAsync(Pending, () => File.Move(OldPath, NewPath));

        await IsRenamedAsync();
    }

    [Fact]
    public async Task A_renaming_cut_short_between_the_log_and_its_file_loses_nothing()
    {
        await CrashAsync(Pending, () =>
        {
            WriteIntoLog();
            File.Move($"{OldPath}-wal", $"{NewPath}-wal");
        });

        await IsRenamedAsync();
        Assert.Equal("8", (await (await _tenant.On(_storage.Services).OpenDatabaseAsync("renamed")).Table("items").FindAsync(2).Succeeds())["n"]);
    }

    [Fact]
    public async Task A_renaming_whose_name_was_taken_meanwhile_is_undone()
    {
        // The renaming failed, and so did the note that it failed: the disk was full.
        var other = await _tenant.AddDatabaseAsync("renamed");
        await other.AddTableAsync("of_other", "n INTEGER");

        await CrashAsync(Pending);

        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
        Assert.Equal("of_other", Assert.Single(await other.On(_storage.Services).ListTablesAsync()).Name);
        await _storage.RestartAsync();
        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
    }

    [Fact]
    public async Task A_deletion_cut_short_before_it_was_noted_is_undone()
    {
        await CrashAsync("", () => File.Move(OldPath, Tombstone));

        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
        Assert.False(File.Exists(Tombstone));
    }

    [Fact]
    public async Task A_deletion_cut_short_between_the_log_and_its_file_loses_nothing()
    {
        await CrashAsync("", () =>
        {
            WriteIntoLog();
            File.Move($"{OldPath}-wal", $"{Tombstone}-wal");
        });

        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
        Assert.Equal("8", (await On(_table).FindAsync(2).Succeeds())["n"]);
    }

    [Fact]
    public async Task A_deletion_cut_short_after_it_was_noted_is_finished()
    {
        await CrashAsync(Deleting, () => File.Move(OldPath, Tombstone));

        await IsDeletedAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(OldPath)));
    }

    [Fact]
    public async Task A_deletion_cut_short_in_the_midst_of_the_files_is_finished()
    {
        await CrashAsync(Deleting, () =>
        {
            File.Delete(OldPath);
            File.WriteAllText($"{Tombstone}-wal", "left");
        });

        await IsDeletedAsync();
    }

    [Fact]
    public async Task Finishing_a_deletion_leaves_a_new_database_of_the_name_alone()
    {
        // The end of the deletion could not be noted, the server went on, and the name was given anew.
        var ended = $"INSERT INTO databases (database_id, owner_id, db_name, state, created_at, updated_at) VALUES (1000, '{_tenant.Id}', 'shop', 'deleting', '', '')";

        await CrashAsync(ended);

        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
        await _storage.RestartAsync();
        Assert.Equal("7", (await On(_table).FindAsync(1).Succeeds())["n"]);
    }

    [Fact]
    public async Task A_deletion_that_cannot_be_finished_keeps_neither_the_server_from_starting_nor_the_account_in_a_loop()
    {
        // A folder where the file should be cannot be removed as a file.
        await CrashAsync(Deleting, () =>
        {
            File.Delete(OldPath);
            Directory.CreateDirectory(Tombstone);
        });

        var account = _tenant.On(_storage.Services);
        await account.AddDatabaseAsync("shop");
        Assert.Equal(["shop"], (await Store.ListAsync(_tenant.Id, 10, 0, Ct)).Select(d => d.Name.Value));
        await Store.RemoveAsync((await account.OpenDatabaseAsync("shop")).Database, Ct).Succeeds();
        (await _storage.Services.Accounts.RemoveAsync(_tenant.Id, Ct)).FailsWith(ErrorCodes.Unavailable);

        await _storage.RestartAsync(() => Directory.Delete(Tombstone));
        await _storage.Services.Accounts.RemoveAsync(_tenant.Id, Ct).Succeeds();
    }

    [Fact]
    public async Task A_change_of_the_schema_cut_short_leaves_no_wrong_number_of_tables()
    {
        await CrashAsync("UPDATE databases SET tables = NULL");

        Assert.Equal(1, (await Store.FindAsync(_database.Id, Ct))?.Tables);
        Assert.Equal(1, (await Store.ListAsync(_tenant.Id, 10, 0, Ct))[0].Tables);
    }

    [Fact]
    public async Task A_renaming_after_a_change_of_the_schema_was_cut_short_knows_the_number_of_tables()
    {
        await CrashAsync("UPDATE databases SET tables = NULL");

        Assert.Equal(1, (await Store.RenameAsync(_database, Some.Database("renamed"), Ct).Succeeds()).Tables);
    }

    private string Pending => $"UPDATE databases SET pending_name = 'renamed' WHERE database_id = {_database.Id}";

    private string Deleting => $"UPDATE databases SET state = 'deleting' WHERE database_id = {_database.Id}";

    private async Task CrashAsync(string metadataSql, Action? files = null) => await _storage.RestartAsync(() =>
    {
        using (var metadata = _storage.OpenMetadata())
        {
            if (metadataSql.Length > 0)
                metadata.Run(metadataSql);
        }

        files?.Invoke();
    });

    /// <summary>Commits a row that only the log holds, and keeps SQLite from copying it at the end.</summary>
    private void WriteIntoLog()
    {
        byte[] file, log;
        using (var program = new OtherProgram(OldPath))
        {
            program.Run("INSERT INTO items (n) VALUES (8)");
            file = Read(OldPath);
            log = Read($"{OldPath}-wal");
        }

        File.WriteAllBytes(OldPath, file);
        File.WriteAllBytes($"{OldPath}-wal", log);

        static byte[] Read(string path)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private async Task IsRenamedAsync()
    {
        var account = _tenant.On(_storage.Services);
        Assert.Equal("7", (await (await account.OpenDatabaseAsync("renamed")).Table("items").FindAsync(1).Succeeds())["n"]);
        Assert.Null(await Store.FindAsync(_tenant.Id, _database.Name, Ct));
        Assert.False(File.Exists(OldPath));
        Assert.Empty(await (await account.AddDatabaseAsync("shop")).ListTablesAsync());
    }

    private async Task IsDeletedAsync()
    {
        Assert.Null(await Store.FindAsync(_database.Id, Ct));
        Assert.Empty(Directory.GetFiles(_storage.Directory.Path, "*.deleted*", SearchOption.AllDirectories));
        using var metadata = _storage.OpenMetadata();
        Assert.Equal(0, metadata.Integer("SELECT count(*) FROM databases"));
    }

    private TestTable On(TestTable table) => table.Database.On(_storage.Services).Table(table.Name.Value);
}
