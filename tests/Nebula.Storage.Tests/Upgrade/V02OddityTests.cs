using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Upgrade;

/// <summary>What v0.2 let pass and Nebula does not: nothing of it may keep the server from starting.</summary>
public sealed class V02OddityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_addresses_that_differ_in_case_only_each_still_reaches_its_account()
    {
        using var old = new V02Directory();
        var (first, second) = (old.AddUser("ada@example.org"), old.AddUser("ADA@example.org"));
        await using var storage = await old.StartAsync();
        var accounts = storage.Services.Accounts;

        Assert.Equal(first, (await accounts.FindByEmailAsync("ada@example.org", Ct))?.Id.Value);
        Assert.Equal(second, (await accounts.FindByEmailAsync("ADA@example.org", Ct))?.Id.Value);
        Assert.Equal(first, (await accounts.FindByEmailAsync("Ada@example.org", Ct))?.Id.Value);
        (await accounts.AddAsync(Some.Account(TimeProvider.System, "aDA@example.org"), Ct)).FailsWith(ErrorCodes.EmailTaken);
        Assert.Contains(storage.Log.Lines, line => line.Contains("exact address", StringComparison.Ordinal));

        var later = await accounts.FindAsync(new UserId(second), Ct);
        await accounts.UpdateAsync(later!, later! with { TokenVersion = 2 }, Ct).Succeeds();
        Assert.Equal(second, (await accounts.FindByEmailAsync("ADA@example.org", Ct))?.Id.Value);
    }

    [Fact]
    public async Task Of_databases_whose_names_differ_in_case_only_the_later_ones_get_another_name()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        var first = old.AddDatabaseWithTable(owner, "shop");
        var second = old.AddDatabaseWithTable(owner, "SHOP");
        var third = old.AddDatabaseWithTable(owner, "Shop");
        old.AddKey(owner, third, "key-of-the-third");
        await using var storage = await old.StartAsync();
        var tenant = new Tenant(storage.Services, new UserId(owner));

        foreach (var (name, id) in new[] { ("shop", first), ($"SHOP_{second}", second), ($"Shop_{third}", third) })
        {
            var database = await tenant.OpenDatabaseAsync(name);
            Assert.Equal((id, name), (database.Id.Value, database.Database.Name.Value));
            Assert.Equal(2, await database.Table("people").TotalAsync());
        }

        Assert.Equal(third, (await storage.Services.ApiKeys.AuthenticateAsync("key-of-the-third", Ct))?.DatabaseId.Value);
    }

    [Fact]
    public async Task The_other_name_is_one_that_is_free()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "shop");
        old.AddDatabaseWithTable(owner, "SHOP");
        old.AddDatabaseWithTable(owner, "SHOP_2");
        var longName = new string('x', 63);
        old.AddDatabaseWithTable(owner, longName);
        old.AddDatabaseWithTable(owner, longName.ToUpperInvariant());
        await using var storage = await old.StartAsync();
        var tenant = new Tenant(storage.Services, new UserId(owner));

        var databases = await storage.Services.DatabaseStore.ListAsync(tenant.Id, 10, 0, Ct);

        Assert.Equal(5, databases.Select(d => d.Name).Distinct().Count());
        foreach (var database in databases)
            Assert.Equal(2, await (await tenant.OpenDatabaseAsync(database.Name.Value)).Table("people").TotalAsync());
    }

    [Fact]
    public async Task A_database_without_a_file_is_quarantined_and_one_with_an_empty_file_is_empty()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabase(owner, "missing");
        old.AddDatabase(owner, "fresh");
        File.WriteAllBytes(old.PathOf(owner, "fresh"), []); // made by v0.2, which had nothing to write into it yet
        await using var storage = await old.StartAsync();
        var tenant = new Tenant(storage.Services, new UserId(owner));

        await (await tenant.OpenDatabaseAsync("missing")).GetTableAsync("t").FailsWith(ErrorCodes.Unavailable);
        await (await (await tenant.OpenDatabaseAsync("fresh")).AddTableAsync("t", "n INTEGER")).AddAsync("""{"n": 1}""");
        Assert.Equal(1, storage.Storage.QuarantinedDatabases);
    }

    [Fact]
    public async Task What_belongs_to_nobody_or_has_no_valid_name_is_left_out_and_said()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.AddDatabaseWithTable(owner, "good");
        old.AddDatabaseWithTable(owner, "not-good");
        old.Run("PRAGMA foreign_keys = OFF");
        var orphan = old.AddDatabase(Guid.NewGuid(), "orphan");
        old.AddKey(owner, orphan, "key-of-orphan");
        old.AddKey(owner, 12345, "key-of-nothing");
        await using var storage = await old.StartAsync();

        Assert.Equal(["good"], (await storage.Services.DatabaseStore.ListAsync(new UserId(owner), 10, 0, Ct)).Select(d => d.Name.Value));
        Assert.Null(await storage.Services.ApiKeys.AuthenticateAsync("key-of-orphan", Ct));
        Assert.True(File.Exists(old.PathOf(owner, "not-good")));
        Assert.Equal(4, storage.Log.Lines.Count(line => line.Contains("left out", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_key_of_a_database_and_an_empty_one_are_left_out()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        var (one, two) = (old.AddDatabaseWithTable(owner, "one"), old.AddDatabaseWithTable(owner, "two"));
        old.AddKey(owner, one, "first-key-of-one");
        old.AddKey(owner, one, "second-key-of-one");
        old.AddKey(owner, two, "");
        await using var storage = await old.StartAsync();

        Assert.NotNull(await storage.Services.ApiKeys.AuthenticateAsync("first-key-of-one", Ct));
        Assert.Null(await storage.Services.ApiKeys.AuthenticateAsync("second-key-of-one", Ct));
        Assert.Empty(await storage.Services.Keys.ListAsync(new DatabaseId(two), Ct));
    }

    [Theory]
    [InlineData("2024-03-01T12:34:56Z", "2024-03-01T12:34:56.000Z")]
    [InlineData("2024-03-01 12:34:56.789", "2024-03-01T12:34:56.789Z")]
    [InlineData("2024-03-01 12:34:56+02:00", "2024-03-01T10:34:56.000Z")]
    [InlineData("nonsense", "1970-01-01T00:00:00.000Z")]
    public async Task Times_in_any_form_become_one(string stored, string expected)
    {
        using var old = new V02Directory();
        var id = old.AddUser("ada@example.org", created: stored);
        await using var storage = await old.StartAsync();

        Assert.Equal(expected, Timestamps.ToText((await storage.Services.Accounts.FindAsync(new UserId(id), Ct))!.CreatedAt));
    }

    [Fact]
    public async Task An_account_whose_id_is_none_is_left_out()
    {
        using var old = new V02Directory();
        old.AddUser("ada@example.org");
        old.Run("INSERT INTO users VALUES ('not-a-uuid', 'x', 'bob@example.org', 'hash', '2024-01-01 00:00:00')");
        await using var storage = await old.StartAsync();

        Assert.NotNull(await storage.Services.Accounts.FindByEmailAsync("ada@example.org", Ct));
        Assert.Null(await storage.Services.Accounts.FindByEmailAsync("bob@example.org", Ct));
    }

    [Fact]
    public async Task A_large_directory_is_taken_over()
    {
        using var old = new V02Directory();
        var owner = old.AddUser("ada@example.org");
        old.Run($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO databases (owner_id, db_name, file_path) SELECT '{owner}', 'db' || i, '' FROM n");
        old.Run("INSERT INTO api_keys SELECT 'k' || database_id, owner_id, database_id, 'key-' || database_id, '2024-01-01 00:00:00' FROM databases");
        await using var storage = await old.StartAsync();

        Assert.Equal(2000, (await storage.Services.DatabaseStore.ListAsync(new UserId(owner), 5000, 0, Ct)).Count);
        Assert.Equal(1234, (await storage.Services.ApiKeys.AuthenticateAsync("key-1234", Ct))?.DatabaseId.Value);
    }
}
