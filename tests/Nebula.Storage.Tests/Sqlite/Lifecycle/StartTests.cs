using Nebula.Core;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Lifecycle;

public sealed class StartTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_server_on_the_directory_is_told_who_holds_it()
    {
        await using var first = await RunningStorage.StartAsync();

        var refusal = await Assert.ThrowsAsync<DataDirectoryInUseException>(
            () => SqliteStorage.StartAsync(new StorageOptions { DataDirectory = first.Directory.Path }, TimeProvider.System, new RecordingLoggers(), Ct));

        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(first.Directory.Path, refusal.Message, StringComparison.Ordinal);
        await first.Services.AddTenantAsync();
    }

    [Fact]
    public async Task A_directory_is_free_when_its_server_ended()
    {
        await using var storage = await RunningStorage.StartAsync();

        await storage.RestartAsync();

        await storage.Services.AddTenantAsync();
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_spool_is_removed_and_not_what_it_leads_to()
    {
        using var elsewhere = new TemporaryDirectory();
        await File.WriteAllTextAsync(elsewhere.Combine("kept"), "kept", Ct);
        await using var storage = await RunningStorage.StartAsync();
        var spool = storage.Directory.Combine("nebula.spool");

        await storage.RestartAsync(() =>
        {
            Directory.Delete(spool);
            Directory.CreateSymbolicLink(spool, elsewhere.Path);
        });

        Assert.True(File.Exists(elsewhere.Combine("kept")));
        Assert.Null(new DirectoryInfo(spool).LinkTarget);
    }

    [Fact]
    public async Task Metadata_of_a_newer_version_is_refused_and_left_as_it_was()
    {
        await using var storage = await RunningStorage.StartAsync();
        await storage.StopAsync();
        using (var metadata = storage.OpenMetadata())
            metadata.Run("INSERT INTO nebula_migrations VALUES (9999, 'later', 'hash', '2030-01-01T00:00:00.000Z')");

        var refusal = await Assert.ThrowsAsync<MigrationException>(storage.StartAsync);

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        using (var metadata = storage.OpenMetadata())
            metadata.Run("DELETE FROM nebula_migrations WHERE number = 9999");
        await storage.StartAsync();
    }

    [Fact]
    public async Task A_migration_that_is_not_the_one_that_was_applied_is_refused()
    {
        await using var storage = await RunningStorage.StartAsync();
        await storage.StopAsync();
        using (var metadata = storage.OpenMetadata())
            metadata.Run("UPDATE nebula_migrations SET hash = 'another' WHERE number = 1");

        Assert.Contains("Migration 1", (await Assert.ThrowsAsync<MigrationException>(storage.StartAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_cut_short_in_the_midst_of_the_migrations_is_repeated()
    {
        var directory = new TemporaryDirectory();
        using (var metadata = new OtherProgram(directory.Combine("metadata.db"), create: true))
            metadata.Run("CREATE TABLE nebula_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL)");

        await using var storage = await RunningStorage.StartInAsync(directory);

        await storage.Services.AddTenantAsync();
    }

    [Fact]
    public void The_engine_is_new_enough_and_an_older_one_would_be_refused()
    {
        Assert.True(Version.Parse(SqliteStorage.EngineVersion) >= new Version(3, 51, 3), SqliteStorage.EngineVersion);
        Assert.True(SqliteLibrary.IsTrusted(3_051_003));
        Assert.False(SqliteLibrary.IsTrusted(3_051_002));
        Assert.False(SqliteLibrary.IsTrusted(3_046_001));
    }

    [Fact]
    public async Task A_symbolic_link_in_the_place_of_a_database_is_refused()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var (victim, linked) = (await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER"));
        await victim.AddAsync("""{"n": 1}""");
        var (from, to) = (storage.PathOf(linked.Database.Database), storage.PathOf(victim.Database.Database));

        await storage.RestartAsync(() =>
        {
            File.Delete(from);
            File.CreateSymbolicLink(from, to);
        });

        var error = await linked.Database.On(storage.Services).Table("items").FindAsync(1).FailsWith(ErrorCodes.Unavailable);
        Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
        await victim.Database.On(storage.Services).Table("items").FindAsync(1).Succeeds();
    }

    [Fact]
    public async Task A_symbolic_link_in_the_place_of_a_new_database_is_refused_and_nothing_is_made_behind_it()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        var target = storage.Directory.Combine("elsewhere");
        Directory.CreateDirectory(Path.GetDirectoryName(storage.PathOf(database.Database))!);
        File.CreateSymbolicLink(storage.PathOf(database.Database), target);

        await database.TryAddTableAsync("t", "n INTEGER").FailsWith(ErrorCodes.Unavailable);

        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task A_symbolic_link_in_the_place_of_an_accounts_folder_is_refused()
    {
        using var elsewhere = new TemporaryDirectory();
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        Directory.CreateSymbolicLink(storage.Directory.Combine(tenant.Id.ToString()), elsewhere.Path);

        await database.TryAddTableAsync("t", "n INTEGER").FailsWith(ErrorCodes.Unavailable);

        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Fact]
    public async Task A_data_directory_behind_a_symbolic_link_serves()
    {
        using var links = new TemporaryDirectory();
        var link = links.Combine("data");
        using var target = new TemporaryDirectory();
        Directory.CreateSymbolicLink(link, target.Path);
        await using var storage = await RunningStorage.StartAsync(o => o with { DataDirectory = link });

        await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");

        Assert.True(File.Exists(target.Combine("metadata.db")));
    }

    [Fact]
    public async Task What_it_makes_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
            return; // no modes of files
        using var parent = new TemporaryDirectory();
        var data = parent.Combine("data");
        await using var storage = await RunningStorage.StartAsync(o => o with { DataDirectory = data });
        var tenant = await storage.Services.AddTenantAsync();
        await tenant.AddTableAsync("n INTEGER");

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(data));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(data, tenant.Id.ToString())));
    }
}
