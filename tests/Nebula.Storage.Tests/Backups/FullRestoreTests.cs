using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Tests.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class FullRestoreTests : IDisposable
{
    private readonly TemporaryDirectory _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("sqlite", "sqlite")]
    [InlineData("sqlite", "postgres")]
    [InlineData("postgres", "sqlite")]
    [InlineData("postgres", "postgres")]
    public async Task Everything_of_one_server_comes_back_in_an_empty_one_of_either_engine(string from, string to)
    {
        Assert.Null(BackupKey.Parse(Convert.ToBase64String(new byte[BackupKey.Bytes]), out var key));
        await using var source = await BackedUpServer.StartAsync(from, _place.Path, key);
        var tenant = await source.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        var unused = await tenant.AddDatabaseAsync();
        var deleted = await tenant.AddDatabaseAsync();
        await source.Services.Databases.DeleteAsync(tenant.Caller, deleted.Database.Name, Ct).Succeeds();
        var (bound, boundText) = await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "bound", Tables = new Optional<IReadOnlyList<string>?>(["empty"]) }).Succeeds();
        var backup = await source.BackUpAsync();

        await using var target = await BackedUpServer.StartAsync(to, _place.Path, key);
        var report = await target.RestoreAsync(backup);

        Assert.Equal((1, 1), (report.Accounts, report.Databases));
        Assert.Equal(backup.Rows, report.Rows);
        var restored = tenant.On(target.Services);
        Assert.Equal(await source.Services.Accounts.FindAsync(tenant.Id, Ct), await target.Services.Accounts.FindAsync(tenant.Id, Ct));
        Assert.Equal(
            (await source.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds()).Select(d => (d.Id, d.Name, d.State, d.Tables, d.CreatedAt)),
            (await target.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds()).Select(d => (d.Id, d.Name, d.State, d.Tables, d.CreatedAt)));
        var copy = await restored.OpenDatabaseAsync(database.Database.Name.Value);
        foreach (var table in EveryType.Tables)
        {
            // PostgreSQL writes JSON its own way.
            var fields = table == "everything" && from != to ? "fields=id,i,r,t,b,x,d,day,at,u,n" : "";
            Assert.Equal(await database.Table(table).ExportAsync(fields).Succeeds(), await copy.Table(table).ExportAsync(fields).Succeeds());
        }

        // Ids go on where they were, also those of what was deleted, and keys are bound to the tables that they were bound to.
        Assert.Equal(2, (await copy.Table("empty").AddAsync("""{"x": "y"}""")).Id);
        Assert.True((await restored.AddDatabaseAsync()).Id.Value > deleted.Id.Value);
        var caller = Assert.IsType<KeyCaller>(await target.Services.ApiKeys.AuthenticateAsync(boundText, Ct));
        Assert.Equal(bound.Tables, caller.Key.Tables);
        Assert.Equal([(await copy.GetTableAsync("empty").Succeeds()).Id], caller.Key.Tables);
        Assert.NotEqual(unused.Id, copy.Id);
    }

    [Fact]
    public async Task A_server_with_accounts_is_left_as_it_is()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await server.Services.AddTenantAsync();
        var backup = await server.BackUpAsync();

        await server.Backups.RestoreAllAsync(backup, skipsDamaged: false, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.Conflict);

        Assert.NotNull(await server.Services.Accounts.FindAsync(tenant.Id, Ct));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_backup_with_a_damaged_database_restores_nothing_and_leaves_nothing(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var (first, second) = (await tenant.AddMusicAsync(), await tenant.AddMusicAsync());
        var backup = await source.BackUpAsync();
        Damage(backup, second);

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        var refused = await target.Backups.RestoreAllAsync(backup, skipsDamaged: false, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);

        Assert.Contains("--skip-damaged", refused.Hint, StringComparison.Ordinal);

        Assert.Null(await target.Services.Accounts.FindAsync(tenant.Id, Ct));
        Assert.False(Directory.Exists(target.Data.Combine(tenant.Id.ToString())));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Everything_but_a_damaged_database_comes_back_when_that_is_wanted(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var (whole, damaged) = (await tenant.AddMusicAsync(), await tenant.AddMusicAsync());
        var (_, key) = await tenant.AddKeyAsync(damaged.Database).Succeeds();
        var backup = await source.BackUpAsync();
        Damage(backup, damaged);

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        var report = await target.Backups.RestoreAllAsync(backup, skipsDamaged: true, BackedUpServer.NoProgress, Ct).Succeeds();

        var missing = Assert.Single(report.Missing);
        Assert.EndsWith($"/{damaged.Database.Name}", missing.Database, StringComparison.Ordinal);
        Assert.Contains($"{damaged.Id}.db' is", missing.Reason, StringComparison.Ordinal);
        Assert.Equal((1, backup.Rows / 2), (report.Databases, report.Rows));
        Assert.Equal([whole.Id], (await target.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds()).Select(d => d.Id));
        Assert.Equal(3, await (await tenant.On(target.Services).OpenDatabaseAsync(whole.Database.Name.Value)).Table("artists").TotalAsync());
        Assert.Null(await target.Services.ApiKeys.AuthenticateAsync(key, Ct));
        Assert.True((await tenant.On(target.Services).AddDatabaseAsync()).Id.Value > damaged.Id.Value); // whose number is not given again
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Numbers_go_on_behind_those_that_owners_have_backups_of(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        await tenant.AddMusicAsync();
        var backup = await source.BackUpAsync();
        await tenant.AddDatabaseAsync();
        var lost = await tenant.AddMusicAsync();
        await source.Backups.CreateAsync(BackupFolder.Of(lost.Database), BackupId.New(TimeProvider.System), lost.Database, "ada@example.org", BackedUpServer.NoProgress, Ct).Succeeds();

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        await target.RestoreAsync(backup);

        Assert.Equal(lost.Id.Value + 1, (await tenant.On(target.Services).AddDatabaseAsync()).Id.Value);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_an_attempt_before_left_is_written_over(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var backup = await source.BackUpAsync();

        // As if the process had ended between the data and the metadata.
        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        var engineOfTarget = target.Storage.BackupEngine;
        var file = engineOfTarget.Spool.NewPath("x");
        using (var export = await source.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).Succeeds())
        await using (var copy = File.Create(file))
            await export.Content.CopyToAsync(copy, Ct);
        await engineOfTarget.PlaceAsync(database.Database, file, Ct).Succeeds();

        Assert.Equal(1, (await target.RestoreAsync(backup)).Databases);
        Assert.Equal(3, await (await tenant.On(target.Services).OpenDatabaseAsync(database.Database.Name.Value)).Table("artists").TotalAsync());
    }

    private void Damage(BackupManifest backup, TestDatabase database)
    {
        var path = _place.Combine("backups", backup.Id.Value, "databases", $"{database.Id}.db");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
