using Nebula.Core.Databases;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Databases;

public sealed class DatabaseServiceTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _owner = await _world.AccountAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_new_database_can_be_opened_by_its_owner_whatever_the_case()
    {
        var made = await _world.DatabaseAsync(_owner, "Shop");
        Assert.Equal(made, await OpenAsync(_owner, "sHOP").Succeeds());
    }

    [Fact]
    public async Task A_name_is_given_once_per_account()
    {
        await _world.DatabaseAsync(_owner);
        await _world.Databases.CreateAsync(_owner, Some.DatabaseName("SHOP"), Ct).FailsWith("database_exists");
        await _world.DatabaseAsync(await _world.AccountAsync("eve@example.com"));
    }

    [Fact]
    public async Task A_database_that_was_looked_for_in_vain_is_seen_once_it_is_made()
    {
        await OpenAsync(_owner).FailsWith("database_not_found");
        await _world.DatabaseAsync(_owner);
        await OpenAsync(_owner).Succeeds();
    }

    [Fact]
    public async Task For_an_account_anothers_database_is_the_same_as_none()
    {
        await _world.DatabaseAsync(_owner);
        var eve = await _world.AccountAsync("eve@example.com");

        Assert.Equal(
            (await OpenAsync(eve, "none").FailsWith("database_not_found")).Message,
            (await OpenAsync(eve).FailsWith("database_not_found")).Message.Replace("shop", "none", StringComparison.Ordinal));
        await _world.Databases.GetAsync(eve, Some.DatabaseName(), Ct).FailsWith("database_not_found");
        await _world.Databases.RenameAsync(eve, Some.DatabaseName(), Some.DatabaseName("mine"), Ct).FailsWith("database_not_found");
        await _world.Databases.DeleteAsync(eve, Some.DatabaseName(), Ct).FailsWith("database_not_found");
        await OpenAsync(_owner).Succeeds();
    }

    [Fact]
    public async Task For_a_key_every_other_name_is_the_wrong_database_whether_it_exists_or_not()
    {
        var key = await _world.KeyCallerAsync(_owner, await _world.DatabaseAsync(_owner));
        await _world.DatabaseAsync(_owner, "other");

        Assert.Equal("shop", (await OpenAsync(key, "SHOP").Succeeds()).Name.Value);
        Assert.Equal(await OpenAsync(key, "none").FailsWith("wrong_database"), await OpenAsync(key, "other").FailsWith("wrong_database"));
    }

    [Fact]
    public async Task A_database_is_looked_up_once()
    {
        var key = await _world.KeyCallerAsync(_owner, await _world.DatabaseAsync(_owner));
        await OpenAsync(_owner).Succeeds();
        await OpenAsync(key).Succeeds();
        var before = _world.DatabaseStore.Lookups;

        Assert.True(OpenAsync(_owner).IsAnsweredAtOnce());
        Assert.True(OpenAsync(key).IsAnsweredAtOnce());
        Assert.Equal(before, _world.DatabaseStore.Lookups);
    }

    [Fact]
    public async Task Getting_a_database_gives_it_as_it_is_now()
    {
        var database = await _world.DatabaseAsync(_owner);
        await OpenAsync(_owner).Succeeds();
        _world.DatabaseStore.All[0] = database with { State = DatabaseState.Created, Tables = 3 };

        Assert.Equal(3, (await _world.Databases.GetAsync(_owner, database.Name, Ct).Succeeds()).Tables);
    }

    [Fact]
    public async Task After_a_rename_the_old_name_is_gone_and_keys_go_on_working()
    {
        var database = await _world.DatabaseAsync(_owner);
        var key = await _world.KeyCallerAsync(_owner, database);
        await OpenAsync(_owner).Succeeds();
        await OpenAsync(key).Succeeds();

        Assert.Equal("store", (await _world.Databases.RenameAsync(_owner, database.Name, Some.DatabaseName("store"), Ct).Succeeds()).Name.Value);

        await OpenAsync(_owner).FailsWith("database_not_found");
        Assert.Equal(database.Id, (await OpenAsync(_owner, "store").Succeeds()).Id);
        await OpenAsync(key).FailsWith("wrong_database");
        await OpenAsync(key, "store").Succeeds();
        Assert.True(key.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_name_that_is_taken_cannot_be_given()
    {
        await _world.DatabaseAsync(_owner);
        await _world.DatabaseAsync(_owner, "other");
        await _world.Databases.RenameAsync(_owner, Some.DatabaseName("other"), Some.DatabaseName("SHOP"), Ct).FailsWith("database_exists");
        await OpenAsync(_owner, "other").Succeeds();
    }

    [Fact]
    public async Task Who_looks_a_database_up_while_it_is_renamed_does_not_keep_the_old_name()
    {
        var database = await _world.DatabaseAsync(_owner);
        _world.DatabaseStore.Reading.Close();
        var opening = OpenAsync(_owner).AsTask();
        await _world.DatabaseStore.Reading.ArrivedAsync(Ct);
        await _world.Databases.RenameAsync(_owner, database.Name, Some.DatabaseName("store"), Ct).Succeeds();
        _world.DatabaseStore.Reading.Open();

        (await opening).FailsWith("database_not_found");
        await OpenAsync(_owner).FailsWith("database_not_found");
    }

    [Fact]
    public async Task A_deleted_database_is_gone_for_its_owner_and_its_keys()
    {
        var database = await _world.DatabaseAsync(_owner);
        var key = await _world.KeyCallerAsync(_owner, database);
        await OpenAsync(key).Succeeds();

        await _world.Databases.DeleteAsync(_owner, database.Name, Ct).Succeeds();

        await OpenAsync(_owner).FailsWith("database_not_found");
        Assert.False(key.IsCurrent(_world.Clock));
        await OpenAsync(key).FailsWith("unauthenticated");
        await _world.Databases.DeleteAsync(_owner, database.Name, Ct).FailsWith("database_not_found");
    }

    [Fact]
    public async Task A_new_database_of_the_old_name_does_not_open_to_old_keys()
    {
        var database = await _world.DatabaseAsync(_owner);
        var (_, text) = await _world.KeyAsync(_owner, database);
        var key = Assert.IsType<KeyCaller>(await _world.ApiKeys.AuthenticateAsync(text, Ct));
        await _world.Databases.DeleteAsync(_owner, database.Name, Ct).Succeeds();
        await _world.DatabaseAsync(_owner);

        await OpenAsync(key).FailsWith("unauthenticated");
        await OpenAsync(new KeyCaller(Some.Key() with { DatabaseId = database.Id })).FailsWith("unauthenticated"); // as if nobody had revoked it
        Assert.Null(await _world.ApiKeys.AuthenticateAsync(text, Ct));
    }

    [Fact]
    public async Task Deleting_a_database_leaves_the_keys_of_others_alone()
    {
        var other = await _world.KeyCallerAsync(_owner, await _world.DatabaseAsync(_owner, "other"));
        await _world.DatabaseAsync(_owner);
        await _world.Databases.DeleteAsync(_owner, Some.DatabaseName(), Ct).Succeeds();
        Assert.True(other.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_key_that_was_looked_up_while_its_database_went_lets_nobody_in()
    {
        var database = await _world.DatabaseAsync(_owner);
        var (_, text) = await _world.KeyAsync(_owner, database);
        _world.ApiKeyStore.Reading.Close();
        var authenticating = _world.ApiKeys.AuthenticateAsync(text, Ct).AsTask();
        await _world.ApiKeyStore.Reading.ArrivedAsync(Ct);
        await _world.Databases.DeleteAsync(_owner, database.Name, Ct).Succeeds();
        _world.ApiKeyStore.Reading.Open();

        Assert.Null(await authenticating);
        Assert.Null(await _world.ApiKeys.AuthenticateAsync(text, Ct));
    }

    // The answer was lost, the deletion may have happened: nothing may be served from memory as if it had not.
    [Fact]
    public async Task A_deletion_whose_end_is_not_known_counts_as_done()
    {
        var database = await _world.DatabaseAsync(_owner);
        var key = await _world.KeyCallerAsync(_owner, database);
        await OpenAsync(_owner).Succeeds();
        await OpenAsync(key).Succeeds();
        _world.DatabaseStore.LostAnswer = new OperationCanceledException();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _world.Databases.DeleteAsync(_owner, database.Name, Ct));

        Assert.False(key.IsCurrent(_world.Clock));
        await OpenAsync(key).FailsWith("unauthenticated");
        await OpenAsync(_owner).FailsWith("database_not_found");
    }

    [Fact]
    public async Task A_rename_whose_end_is_not_known_is_looked_up_again()
    {
        var database = await _world.DatabaseAsync(_owner);
        await OpenAsync(_owner).Succeeds();
        _world.DatabaseStore.LostAnswer = new OperationCanceledException();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _world.Databases.RenameAsync(_owner, database.Name,
            Some.DatabaseName("store"), Ct));

        await OpenAsync(_owner).FailsWith("database_not_found");
        await OpenAsync(_owner, "store").Succeeds();
    }

    [Fact]
    public async Task An_account_lists_its_own_databases_page_by_page_in_the_order_of_creation()
    {
        foreach (var name in new[] { "c", "a", "b" })
            await _world.DatabaseAsync(_owner, name);
        await _world.DatabaseAsync(await _world.AccountAsync("eve@example.com"), "z");

        Assert.Equal(["c", "a", "b"], await ListAsync(_owner, 10, 0));
        Assert.Equal(["a"], await ListAsync(_owner, 1, 1));
        Assert.Empty(await ListAsync(_owner, 10, 3));
    }

    [Fact]
    public async Task A_key_lists_its_own_database_only()
    {
        var key = await _world.KeyCallerAsync(_owner, await _world.DatabaseAsync(_owner));
        await _world.DatabaseAsync(_owner, "other");

        Assert.Equal(["shop"], await ListAsync(key, 10, 0));
        Assert.Empty(await ListAsync(key, 10, 1));
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_however_late_its_body_comes()
    {
        var key = await _world.KeyCallerAsync(_owner, await _world.DatabaseAsync(_owner));
        key.Revocation.Revoke();
        await OpenAsync(key).FailsWith("unauthenticated");
    }

    [Fact]
    public async Task All_databases_of_an_account_go_however_many()
    {
        var eve = await _world.AccountAsync("eve@example.com");
        await _world.DatabaseAsync(eve);
        for (var i = 0; i < 250; i++)
            await _world.DatabaseAsync(_owner, $"d{i}");

        await _world.Databases.DeleteAllAsync(_owner, Ct).Succeeds();

        Assert.Equal([eve.Id], _world.DatabaseStore.All.Select(d => d.OwnerId));
    }

    [Fact]
    public async Task A_database_knows_where_its_file_lies_below_the_data_directory()
    {
        var database = await _world.DatabaseAsync(_owner, "Shop");
        Assert.Equal($"{_owner.Id}/Shop.db", database.FilePath);
        Assert.Equal(4096, await _world.Databases.GetSizeAsync(database, Ct));
    }

    private ValueTask<Result<Database>> OpenAsync(Caller caller, string name = "shop") => _world.Databases.OpenAsync(caller,
        Some.DatabaseName(name), Ct);

    private async Task<IEnumerable<string>> ListAsync(Caller caller, int limit, int offset) =>
        (await _world.Databases.ListAsync(caller, limit, offset, Ct).Succeeds()).Select(d => d.Name.Value);
}
