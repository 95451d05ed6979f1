using System.Text;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Upgrade;

public sealed class V02UpgradeTests
{
    private const string Hash = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_keep_their_ids_and_their_password_hashes()
    {
        using var old = new V02Directory();
        var id = old.AddUser("Ada@example.org", Hash);
        await using var storage = await old.StartAsync();

        var account = await storage.Services.Accounts.FindByEmailAsync("ada@EXAMPLE.org", Ct);

        Assert.Equal(
            new Account(new UserId(id), "somebody", "Ada@example.org", Hash, TokenVersion: 1, new DateTimeOffset(2024, 3, 1, 12, 34, 56, TimeSpan.Zero)), account);
    }

    [Fact]
    public async Task Databases_keep_their_ids_and_are_served_as_they_are()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabase(owner, "gone");
        old.Run("DELETE FROM databases");
        var id = old.AddDatabaseWithTable(owner, "Shop");
        await using var storage = await old.StartAsync();
        var tenant = new Tenant(storage.Services, new UserId(owner));

        var database = await tenant.OpenDatabaseAsync("shop");
        var people = database.Table("people");

        Assert.Equal((new DatabaseId(id), "Shop", DatabaseState.Created), (database.Id, database.Database.Name.Value, database.Database.State));
        Assert.Equal(new DateTimeOffset(2024, 3, 2, 1, 2, 3, TimeSpan.Zero), database.Database.CreatedAt);
        Assert.Equal("""{"id":1,"name":"Ada","age":36,"active":true,"created_at":"2024-03-03T04:05:06.000Z"}""", (await people.FindAsync(1).Succeeds()).Text);
        Assert.Equal([1, 2], (await people.ListAsync("sort=created_at")).Ids);
        Assert.Equal(2, await people.TotalAsync());
        Assert.Equal(1, (await storage.Services.DatabaseStore.ListAsync(tenant.Id, 10, 0, Ct))[0].Tables);
        Assert.True((await tenant.AddDatabaseAsync("next")).Id.Value > id);
    }

    [Fact]
    public async Task Records_of_old_tables_can_be_written_and_keep_their_shape()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "shop");
        await using var storage = await old.StartAsync();
        var people = (await new Tenant(storage.Services, new UserId(owner)).OpenDatabaseAsync("shop")).Table("people");

        var added = await people.AddAsync("""{"name": "Eve", "created_at": "ignored"}""");
        var changed = await people.UpdateAsync(1, """{"age": 37}""").Succeeds();

        Assert.Equal(["id", "name", "age", "active", "created_at"], added.Json.Select(p => p.Key));
        Assert.True(Timestamps.TryParse(added.Str("created_at"), out var created));
        Assert.InRange(created, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
        Assert.Equal(("37", "\"2024-03-03T04:05:06.000Z\""), (changed["age"], changed["created_at"]));
        await people.DeleteAsync(added.Id).Succeeds();
        Assert.Equal(added.Id + 1, (await people.AddAsync("""{"name": "Eva"}""")).Id);
    }

    [Fact]
    public async Task The_definition_of_an_old_table_again_changes_nothing()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "shop");
        await using var storage = await old.StartAsync();
        var database = await new Tenant(storage.Services, new UserId(owner)).OpenDatabaseAsync("shop");

        await database.TryAddTableAsync("people", "name TEXT", "age INTEGER", "active BOOLEAN").Succeeds();
        await database.TryAddTableAsync("people", "name TEXT").FailsWith(ErrorCodes.TableExists);
        await database.DropAsync("people").Succeeds();
    }

    [Fact]
    public async Task Keys_work_and_stand_nowhere_but_in_the_snapshot()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        var database = old.AddDatabaseWithTable(owner, "shop");
        var text = old.AddKey(owner, database, "7b1f0c52d5e84a0ea4a5c6be0f9d3c1e-clear-text");
        for (var i = 0; i < 300; i++)
            old.AddKey(owner, 1000 + i, $"7b1f0c52d5e84a0ea4a5c6be0f9d3c1e-clear-text-of-nothing-{i}");
        await using var storage = await old.StartAsync();

        var caller = await storage.Services.ApiKeys.AuthenticateAsync(text, Ct);
        var key = caller!.Key;

        Assert.Equal(("key-1", ApiKey.DefaultName, Scopes.All, "7b1f"), (key.Id.Value, key.Name, key.Scopes, key.Prefix));
        Assert.Equal(new DateTimeOffset(2024, 3, 4, 5, 6, 7, TimeSpan.Zero), key.CreatedAt);
        Assert.Null(await storage.Services.ApiKeys.AuthenticateAsync(text + "x", Ct));
        await storage.StopAsync();
        Assert.All(Directory.GetFiles(old.Directory.Path), file => Assert.Equal(Path.GetFileName(file) == "metadata.db.v0.2", Holds(file, text)));

        static bool Holds(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    [Fact]
    public async Task The_snapshot_is_a_whole_copy_for_the_owner_only()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddKey(owner, old.AddDatabaseWithTable(owner, "shop"), "a-key");
        await using var storage = await old.StartAsync();

        var path = $"{old.MetadataPath}.v0.2";
        using var snapshot = new OtherProgram(path);

        Assert.Equal(
            ("ada@example.org", "shop", "a-key"),
            (snapshot.Text("SELECT email FROM users"), snapshot.Text("SELECT db_name FROM databases"), snapshot.Text("SELECT key FROM api_keys")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains(storage.Log.Lines, line => line.Contains("metadata.db.v0.2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_start_does_nothing()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "shop");
        await using var storage = await old.StartAsync();
        var snapshot = $"{old.MetadataPath}.v0.2";
        var services = storage.Services;
        await services.Accounts.AddAsync(Some.Account(TimeProvider.System), Ct).Succeeds();

        await storage.RestartAsync(() => File.Delete(snapshot));

        Assert.False(File.Exists(snapshot));
        Assert.NotNull(await storage.Services.Accounts.FindByEmailAsync("ada@example.org", Ct));
        using var metadata = storage.OpenMetadata();
        Assert.Equal(2, metadata.Integer("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task An_upgrade_that_was_cut_short_is_repeated()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "shop");
        old.AddDatabaseWithTable(owner, "SHOP");
        File.WriteAllText($"{old.MetadataPath}.v0.2", "half a snapshot");
        File.Move(old.PathOf(owner, "SHOP"), old.PathOf(owner, "SHOP_2")); // renamed, and then the power went

        await using var storage = await old.StartAsync();

        var tenant = new Tenant(storage.Services, new UserId(owner));
        Assert.Equal(2, await (await tenant.OpenDatabaseAsync("shop")).Table("people").TotalAsync());
        Assert.Equal(2, await (await tenant.OpenDatabaseAsync("shop_2")).Table("people").TotalAsync());
        using var snapshot = new OtherProgram($"{old.MetadataPath}.v0.2");
        Assert.Equal(1, snapshot.Integer("SELECT count(*) FROM users"));
    }
}
