using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.ApiKeys;

public sealed class ApiKeyServiceTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!; // set before each test
    private Database _database = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await _world.AccountAsync();
        _database = await _world.DatabaseAsync(_owner);
        _world.TableStore.Add(_database, "albums", "title TEXT");
        _world.TableStore.Add(_database, "artists", "name TEXT");
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_new_key_has_all_scopes_reaches_all_tables_and_never_expires_unless_asked()
    {
        var (key, text) = await CreateAsync(new() { Name = "app" }).Succeeds();

        Assert.Equal(("app", Scopes.All, Some.Time), (key.Name, key.Scopes, key.CreatedAt));
        Assert.Null(key.Tables);
        Assert.Null(key.ExpiresAt);
        Assert.Null(key.LastUsedAt);
        Assert.Equal(text[4..12], key.Prefix);
    }

    [Fact]
    public async Task The_text_of_a_key_is_kept_nowhere()
    {
        var (_, text) = await CreateAsync(new() { Name = "app" }).Succeeds();
        var stored = Assert.Single(_world.ApiKeyStore.All);
        Assert.Equal(ApiKeyText.Hash(text), stored.SecretHash);
        Assert.DoesNotContain(text[13..], stored.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_may_be_limited_in_scopes_tables_and_time()
    {
        var (key, _) = await CreateAsync(new()
        {
            Name = "app", Scopes = ["records:read"], Tables = new(["ARTISTS"]), ExpiresAt = new(Some.Time.AddDays(1)),
        }).Succeeds();

        Assert.Equal(Scopes.RecordsRead, key.Scopes);
        Assert.Equal([new TableId(2)], key.Tables);
        Assert.Equal(Some.Time.AddDays(1), key.ExpiresAt);
        Assert.Equal(["artists"], await _world.ApiKeys.TableNamesAsync(key, _database.Name, _owner, Ct));
    }

    [Fact]
    public async Task The_tables_of_a_key_have_the_names_that_they_have_today()
    {
        var (key, _) = await CreateAsync(new() { Name = "app", Tables = new(["albums", "artists"]) }).Succeeds();
        _world.TableStore.Rename(_database, "albums", "records");
        Assert.Equal(["records", "artists"], await _world.ApiKeys.TableNamesAsync(key, _database.Name, _owner, Ct));
        Assert.Null(await _world.ApiKeys.TableNamesAsync(key with { Tables = null }, _database.Name, _owner, Ct));
    }

    [Fact]
    public async Task A_key_has_a_name() => await CreateAsync(new()).FailsWith("invalid_body", "name required");

    [Theory]
    [InlineData("", "required")]
    [InlineData("  ", "required")]
    [InlineData("a\nb", "invalid")]
    [InlineData("a\0b", "invalid")]
    [InlineData("a23456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 1", "invalid")]
    public async Task A_name_is_checked(string name, string code) =>
        await CreateAsync(new() { Name = name }).FailsWith("invalid_body", $"name {code}");

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_key_cannot_expire_before_it_is_made(int seconds) =>
        await CreateAsync(new() { Name = "app", ExpiresAt = new(Some.Time.AddSeconds(seconds)) })
            .FailsWith("invalid_body", "expires_at out_of_range");

    [Fact]
    public async Task Every_fault_is_named_at_once() => await CreateAsync(new()
    {
        Name = " ", Scopes = ["records:read", "*"], Tables = new(["albums", "nope"]), ExpiresAt = new(Some.Time),
    }).FailsWith("invalid_body", "name required", "expires_at out_of_range", "scopes[1] invalid", "tables[1] invalid");

    [Fact]
    public async Task A_database_that_cannot_be_opened_makes_no_bound_key()
    {
        _world.TableStore.Failure = new Error(ErrorCodes.Unavailable, "Quarantined.");
        await CreateAsync(new() { Name = "app", Tables = new(["albums"]) }).FailsWith("unavailable");
        await CreateAsync(new() { Name = "app" }).Succeeds();
    }

    [Fact]
    public async Task A_name_is_given_once_per_database_whatever_its_case()
    {
        await CreateAsync(new() { Name = "app" }).Succeeds();
        await CreateAsync(new() { Name = "APP" }).FailsWith("key_exists");
    }

    [Fact]
    public async Task Keys_are_listed_in_the_order_of_creation()
    {
        foreach (var name in new[] { "c", "a", "b" })
            await CreateAsync(new() { Name = name }).Succeeds();
        Assert.Equal(["c", "a", "b"], (await _world.ApiKeys.ListAsync(_owner, _database.Name, Ct).Succeeds()).Select(k => k.Name));
    }

    [Fact]
    public async Task What_a_change_does_not_name_stays()
    {
        var (key, _) = await CreateAsync(new() { Name = "app", Scopes = ["records:read"], Tables = new(["albums"]),
            ExpiresAt = new(Some.Time.AddDays(1)) }).Succeeds();

        var renamed = await UpdateAsync(key, new() { Name = "web" }).Succeeds();
        Assert.Equal(("web", key.Scopes, key.ExpiresAt), (renamed.Name, renamed.Scopes, renamed.ExpiresAt));
        Assert.Equal(key.Tables, renamed.Tables);
        Assert.Equal(key.SecretHash, renamed.SecretHash);
    }

    [Fact]
    public async Task Null_frees_a_key_from_its_tables_and_its_end()
    {
        var (key, _) = await CreateAsync(new() { Name = "app", Tables = new(["albums"]), ExpiresAt = new(Some.Time.AddDays(1)) }).Succeeds();
        var freed = await UpdateAsync(key, new() { Tables = new(null), ExpiresAt = new(null) }).Succeeds();
        Assert.Null(freed.Tables);
        Assert.Null(freed.ExpiresAt);
    }

    [Fact]
    public async Task A_change_is_checked_as_a_new_key_is()
    {
        var (key, _) = await CreateAsync(new() { Name = "app" }).Succeeds();
        await CreateAsync(new() { Name = "other" }).Succeeds();
        await UpdateAsync(key, new() { Name = "", Scopes = [] }).FailsWith("invalid_body", "name required", "scopes required");
        await UpdateAsync(key, new() { Name = "other" }).FailsWith("key_exists");
        await UpdateAsync(key with { Id = new("unknown") }, new() { Name = "x" }).FailsWith("key_not_found");
    }

    // Both read the key as it was; whoever writes last must not bring rights back that the other took away.
    [Fact]
    public async Task A_change_of_the_name_at_the_same_moment_does_not_bring_old_rights_back()
    {
        var (key, _) = await CreateAsync(new() { Name = "app" }).Succeeds();
        _world.ApiKeyStore.Listing.Close();
        var renaming = UpdateAsync(key, new() { Name = "web" }).AsTask();
        await _world.ApiKeyStore.Listing.ArrivedAsync(Ct);
        var narrowing = UpdateAsync(key, new() { Scopes = ["records:read"] }).AsTask();
        await Task.Delay(50, Ct); // let it come as far as it can
        _world.ApiKeyStore.Listing.Open();
        (await renaming).Succeeds();
        (await narrowing).Succeeds();

        var stored = Assert.Single(_world.ApiKeyStore.All);
        Assert.Equal(("web", Scopes.RecordsRead), (stored.Name, stored.Scopes));
    }

    [Fact]
    public async Task A_change_that_is_refused_disturbs_nobody()
    {
        await CreateAsync(new() { Name = "other" }).Succeeds();
        var (key, text) = await CreateAsync(new() { Name = "app" }).Succeeds();
        var caller = await _world.ApiKeys.AuthenticateAsync(text, Ct);
        await UpdateAsync(key, new() { Name = "other" }).FailsWith("key_exists");
        Assert.True(caller?.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task An_expired_key_can_be_given_more_time()
    {
        var (key, text) = await CreateAsync(new() { Name = "app", ExpiresAt = new(Some.Time.AddMinutes(1)) }).Succeeds();
        _world.Clock.Now += TimeSpan.FromHours(1);
        Assert.Null(await _world.ApiKeys.AuthenticateAsync(text, Ct));

        await UpdateAsync(key, new() { ExpiresAt = new(_world.Clock.Now.AddDays(1)) }).Succeeds();
        Assert.NotNull(await _world.ApiKeys.AuthenticateAsync(text, Ct));
    }

    [Fact]
    public async Task The_default_key_is_the_one_that_v02_clients_know()
    {
        await _world.ApiKeys.GetDefaultAsync(_owner, _database.Name, Ct).FailsWith("key_not_found");
        await CreateAsync(new() { Name = "app" }).Succeeds();
        var (key, _) = await CreateAsync(new() { Name = ApiKey.DefaultName }).Succeeds();

        Assert.Equal(key.Id, (await _world.ApiKeys.GetDefaultAsync(_owner, _database.Name, Ct).Succeeds()).Id);
        Assert.Equal(key.Id, (await _world.ApiKeys.ListDefaultsAsync([_database], Ct))[_database.Id].Id);
        await _world.ApiKeys.DeleteDefaultAsync(_owner, _database.Name, Ct).Succeeds();
        await _world.ApiKeys.DeleteDefaultAsync(_owner, _database.Name, Ct).FailsWith("key_not_found");
        Assert.Equal(["app"], _world.ApiKeyStore.All.Select(k => k.Name));
    }

    [Fact]
    public async Task Another_account_reaches_no_key()
    {
        var (key, _) = await CreateAsync(new() { Name = "default" }).Succeeds();
        var eve = await _world.AccountAsync("eve@example.com");
        await _world.DatabaseAsync(eve, "eves");

        await _world.ApiKeys.ListAsync(eve, _database.Name, Ct).FailsWith("database_not_found");
        await _world.ApiKeys.GetDefaultAsync(eve, _database.Name, Ct).FailsWith("database_not_found");
        await _world.ApiKeys.CreateAsync(eve, _database.Name, new() { Name = "x" }, Ct).FailsWith("database_not_found");
        await _world.ApiKeys.UpdateAsync(eve, _database.Name, key.Id, new() { Name = "x" }, Ct).FailsWith("database_not_found");
        await _world.ApiKeys.DeleteAsync(eve, _database.Name, key.Id, Ct).FailsWith("database_not_found");
        await _world.ApiKeys.DeleteDefaultAsync(eve, _database.Name, Ct).FailsWith("database_not_found");
        Assert.Equal([], await _world.ApiKeys.TableNamesAsync(key with { Tables = [new TableId(1)] }, _database.Name, eve, Ct));

        // Through a database of one's own either.
        await _world.ApiKeys.UpdateAsync(eve, Some.DatabaseName("eves"), key.Id, new() { Name = "x" }, Ct).FailsWith("key_not_found");
        await _world.ApiKeys.DeleteAsync(eve, Some.DatabaseName("eves"), key.Id, Ct).FailsWith("key_not_found");
        Assert.Single(_world.ApiKeyStore.All);
    }

    private ValueTask<Result<(ApiKey Key, string Text)>> CreateAsync(ApiKeyChange wanted) =>
        _world.ApiKeys.CreateAsync(_owner, _database.Name, wanted, Ct);

    private ValueTask<Result<ApiKey>> UpdateAsync(ApiKey key, ApiKeyChange wanted) =>
        _world.ApiKeys.UpdateAsync(_owner, _database.Name, key.Id, wanted, Ct);
}
