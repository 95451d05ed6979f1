using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Moving;
using Nebula.Storage.Tests.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class BackupStoreTests : IDisposable
{
    private readonly TemporaryDirectory _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_manifest_is_for_people_too_and_tells_everything()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var backup = await server.BackUpAsync();

        var text = File.ReadAllText(_place.Combine("backups", backup.Id.Value, "manifest.json"));
        Assert.Contains("\"format_version\": 1", text, StringComparison.Ordinal);
        Assert.Contains("\"version\": \"1.2.3\"", text, StringComparison.Ordinal);
        Assert.Contains("\"scope\": \"all\"", text, StringComparison.Ordinal);
        Assert.Contains("\"artists\": 3", text, StringComparison.Ordinal);
        var listed = Assert.Single(await server.ListAsync());
        Assert.Equal(backup.Id, listed.Id);
        var kept = Assert.Single(listed.Manifest!.Databases); // it can be read
        Assert.Equal((database.Id, database.Database.Name, tenant.Id), (kept.Id, kept.Name, kept.OwnerId));
        Assert.True(kept.File.Bytes > kept.File.StoredBytes);
    }

    [Fact]
    public async Task Verifying_finds_each_object_that_was_changed_cut_exchanged_or_removed()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var (first, second) = (await tenant.AddMusicAsync(), await tenant.AddTableAsync("name TEXT"));
        var backup = await server.BackUpAsync();
        await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).Succeeds();
        string Path(string name) => _place.Combine("backups", backup.Id.Value, name);

        foreach (var name in new[] { "metadata.db", $"databases/{first.Id}.db", $"databases/{second.Database.Id}.db" })
        {
            var whole = File.ReadAllBytes(Path(name));
            foreach (var change in new Action[]
            {
                () => File.WriteAllBytes(Path(name), [.. whole.Take(whole.Length / 2)]),
                () => File.WriteAllBytes(Path(name), [.. whole.Select((b, i) => i >= whole.Length / 2 ? (byte)(b ^ 0xFF) : b)]),
                () => File.Copy(Path(name == "metadata.db" ? $"databases/{first.Id}.db" : "metadata.db"), Path(name), overwrite: true),
                () => File.Delete(Path(name)),
            })
            {
                change();
                var error = await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);
                Assert.Contains(name, error.Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(Path(name), whole);
        }

        await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).Succeeds();
    }

    [Fact]
    public async Task A_wrong_number_of_rows_in_the_manifest_is_found()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        await (await server.Services.AddTenantAsync()).AddMusicAsync();
        var backup = await server.BackUpAsync();
        var manifest = _place.Combine("backups", backup.Id.Value, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"artists\": 3", "\"artists\": 4", StringComparison.Ordinal));

        await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"format_version": 2}""")]
    [InlineData("""{"format_version": 1, "id": "20260101t000000z-00000000", "databases": [{"id": 1, "name": "../x"}]}""")]
    [InlineData("""{"format_version": 1, "id": "20260101t000000z-11111111"}""")]
    public async Task A_manifest_that_is_none_is_told_and_breaks_no_list(string text)
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        Directory.CreateDirectory(_place.Combine("backups", "20260101t000000z-00000000"));
        File.WriteAllText(_place.Combine("backups", "20260101t000000z-00000000", "manifest.json"), text);

        var listed = Assert.Single(await server.ListAsync());
        Assert.Null(listed.Manifest);
        Assert.NotNull(listed.Fault);
    }

    [Fact]
    public async Task A_backup_without_a_manifest_is_none_and_what_is_no_backup_is_passed_over()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var backup = await server.BackUpAsync();
        File.Delete(_place.Combine("backups", backup.Id.Value, "manifest.json"));
        Directory.CreateDirectory(_place.Combine("backups", "mine"));
        File.WriteAllText(_place.Combine("backups", "mine", "manifest.json"), "{}");

        Assert.Empty(await server.ListAsync());
        await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupNotFound);
    }

    [Fact]
    public async Task A_backup_that_is_broken_off_leaves_nothing()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        await (await server.Services.AddTenantAsync()).AddMusicAsync();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await server.Backups.CreateAsync(BackupId.New(TimeProvider.System), new Telling<BackupProgress>(_ => stop.Cancel()), stop.Token));

        Assert.False(Directory.Exists(_place.Combine("backups")));
    }

    [Fact]
    public async Task A_database_that_can_not_be_read_is_named_and_the_others_are_backed_up()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var (broken, whole) = (await tenant.AddMusicAsync(), await tenant.AddMusicAsync());
        await server.StopAsync();
        File.WriteAllBytes(server.PathOf(broken), []);
        await server.StartAsync();

        var backup = await server.BackUpAsync();

        Assert.Equal([whole.Id], backup.Databases.Select(d => d.Id));
        Assert.EndsWith($"/{broken.Database.Name}", Assert.Single(backup.Skipped).Database, StringComparison.Ordinal);
        await using var target = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var report = await target.RestoreAsync(backup);
        Assert.Single(report.Missing);
        Assert.Equal([whole.Id], (await target.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds()).Select(d => d.Id));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task One_database_comes_back_beside_the_others(string engine)
    {
        await using var server = await BackedUpServer.StartAsync(engine, _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        var backup = await server.BackUpAsync(database);

        var restored = await server.Backups.RestoreAsync(BackupFolder.Operator, backup, backup.Databases[0], tenant.Id, Some.Database("copy"), most: null, Ct).Succeeds();

        var copy = await tenant.OpenDatabaseAsync("copy");
        Assert.NotEqual(database.Id, restored.Id);
        Assert.Equal(EveryType.Tables.Count, restored.Tables);
        foreach (var table in EveryType.Tables)
            Assert.Equal(await database.Table(table).ExportAsync("").Succeeds(), await copy.Table(table).ExportAsync("").Succeeds());
        await server.Backups.RestoreAsync(BackupFolder.Operator, backup, backup.Databases[0], tenant.Id, Some.Database("copy"), most: null, Ct).FailsWith(ErrorCodes.DatabaseExists);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_database_is_put_back_and_keeps_its_id_and_its_keys(string engine)
    {
        await using var server = await BackedUpServer.StartAsync(engine, _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var (_, key) = await tenant.AddKeyAsync(database.Database).Succeeds();
        var before = await database.Table("artists").ExportAsync("").Succeeds();
        var backup = await server.BackUpAsync(database);
        await database.Table("artists").AddAsync("""{"name": "Later"}""");
        await database.DropAsync("sales").Succeeds();
        await database.AddTableAsync("later", "x TEXT");

        var replaced = await server.Backups.ReplaceAsync(BackupFolder.Operator, backup, backup.Databases[0], database.Database, Ct).Succeeds();

        Assert.Equal(database.Id, replaced.Id);
        Assert.Equal(before, await database.Table("artists").ExportAsync("").Succeeds());
        Assert.Equal(["artists", "albums", "tracks", "sales"], (await database.ListTablesAsync()).Select(t => t.Name));
        Assert.IsType<KeyCaller>(await server.Services.ApiKeys.AuthenticateAsync(key, Ct));
        Assert.Equal(4, (await database.Table("artists").AddAsync("""{"name": "New"}""")).Id);
    }

    [Fact]
    public async Task A_database_whose_file_was_lost_comes_back_in_its_place()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var backup = await server.BackUpAsync(database);
        await server.StopAsync();
        File.Delete(server.PathOf(database));
        await server.StartAsync();
        var lost = await tenant.On(server.Services).OpenDatabaseAsync(database.Database.Name.Value);
        await lost.Table("artists").TryListAsync().AsTask().FailsWith(ErrorCodes.Unavailable);

        await server.Backups.ReplaceAsync(BackupFolder.Operator, backup, backup.Databases[0], lost.Database, Ct).Succeeds();

        Assert.Equal(3, await lost.Table("artists").TotalAsync());
    }

    [Fact]
    public async Task A_crash_before_a_file_was_put_back_is_finished_at_the_start()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var backup = await server.BackUpAsync(database);
        await database.Table("artists").AddAsync("""{"name": "Later"}""");
        using var file = await server.Backups.OpenAsync(BackupFolder.Operator, backup, backup.Databases[0], Ct).Succeeds();
        var spool = server.Storage.BackupEngine.Spool.Root;
        await server.StopAsync();

        // As the server leaves it between its note and the move of the file.
        await using (var pending = File.Create(Path.Combine(spool, "pending.backup")))
            await file.Content.CopyToAsync(pending, Ct);
        using (var metadata = new OtherProgram(server.Data.Combine("metadata.db")))
            metadata.Run("UPDATE databases SET tables = NULL, pending_file = 'pending.backup'");
        await server.StartAsync();

        var restored = await tenant.On(server.Services).OpenDatabaseAsync(database.Database.Name.Value);
        Assert.Equal(3, await restored.Table("artists").TotalAsync());
        Assert.Equal(4, (await server.Services.Databases.GetAsync(tenant.Caller, database.Database.Name, Ct).Succeeds()).Tables);
        Assert.False(File.Exists(Path.Combine(spool, "pending.backup")));
    }

    [Fact]
    public async Task Writes_go_on_while_a_backup_is_made_and_each_copy_is_of_one_moment()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("name TEXT");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var written = 0;
        var writing = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await table.AddAsync("""{"name": "x"}""");
                    written++;
                }
            },
            Ct);
        await Eventually.IsTrue(() => written > 10, "something was written");

        var (before, backup, after) = (written, await server.BackUpAsync(), written);
        await stop.CancelAsync();
        await writing;

        Assert.True(after > before);
        Assert.InRange(backup.Rows, before, after + 1);
    }

    [Fact]
    public async Task A_removed_backup_is_gone_with_everything_of_it()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        await (await server.Services.AddTenantAsync()).AddMusicAsync();
        var (first, second) = (await server.BackUpAsync(), await server.BackUpAsync());

        await server.Backups.RemoveAsync(BackupFolder.Operator, first.Id, Ct);

        Assert.Equal([second.Id], (await server.ListAsync()).Select(b => b.Id));
        Assert.False(Directory.Exists(_place.Combine("backups", first.Id.Value)));
        Assert.Equal(DatabaseState.Created, (await server.Services.DatabaseStore.FindAsync(second.Databases[0].Id, Ct))!.State);
    }
}
