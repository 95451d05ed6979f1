using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Tables;

public sealed class TableServiceTests : IAsyncLifetime
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
    public async Task An_account_may_do_everything_with_its_tables()
    {
        foreach (var scope in Enum.GetValues<Scopes>())
        {
            var table = await OpenAsync(_owner, "Albums", scope).Succeeds();
            Assert.Equal("albums", table.Table.Name);
            Assert.Same(_owner, table.Caller);
            Assert.Equal(_database, table.Database);
        }
    }

    [Fact]
    public async Task Another_account_does_not_even_learn_that_the_database_exists()
    {
        var other = await _world.AccountAsync("eve@example.com");
        var theirs = await OpenAsync(other, "albums").FailsWith("database_not_found");
        var nobodys = await _world.Tables.OpenAsync(other, Some.DatabaseName("nothing"), Some.TableName(), Scopes.RecordsRead, Ct)
            .FailsWith("database_not_found");
        Assert.Equal(nobodys.Message.Replace("nothing", "shop", StringComparison.Ordinal), theirs.Message);

        await _world.Tables.ListAsync(other, _database.Name, Ct).FailsWith("database_not_found");
        await _world.Tables.GetAsync(other, _database.Name, Some.TableName(), Ct).FailsWith("database_not_found");
        await _world.Tables.CreateAsync(other, _database.Name, Definition("x"), Ct).FailsWith("database_not_found");
        await _world.Tables.DropAsync(other, _database.Name, Some.TableName(), Ct).FailsWith("database_not_found");
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_not_found() => await OpenAsync(_owner, "nope").FailsWith("table_not_found");

    [Theory]
    [InlineData("records:read", Scopes.RecordsRead)]
    [InlineData("records:write", Scopes.RecordsWrite)]
    [InlineData("schema:read", Scopes.SchemaRead)]
    [InlineData("schema:write", Scopes.SchemaWrite)]
    public async Task A_key_may_do_what_its_scope_says_and_nothing_else(string name, Scopes scope)
    {
        var key = await KeyAsync([name]);
        await OpenAsync(key, "albums", scope).Succeeds();
        foreach (var other in new[] { Scopes.RecordsRead, Scopes.RecordsWrite, Scopes.SchemaRead, Scopes.SchemaWrite }.Where(s => s != scope))
        {
            var error = await OpenAsync(key, "albums", other).FailsWith("scope_missing");
            Assert.Contains(ScopeNames.Of(other).Single(), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_that_lacks_one_of_two_scopes_lacks_both_together() =>
        await OpenAsync(await KeyAsync(["records:read"]), "albums", Scopes.RecordsRead | Scopes.RecordsWrite).FailsWith("scope_missing");

    [Fact]
    public async Task Reading_the_schema_wants_its_scope()
    {
        var key = await KeyAsync(["records:read", "records:write", "schema:write"]);
        await _world.Tables.ListAsync(key, _database.Name, Ct).FailsWith("scope_missing");
        await _world.Tables.GetAsync(key, _database.Name, Some.TableName(), Ct).FailsWith("scope_missing");
    }

    [Fact]
    public async Task Changing_the_schema_wants_its_scope()
    {
        var key = await KeyAsync(["records:read", "records:write", "schema:read"]);
        await _world.Tables.CreateAsync(key, _database.Name, Definition("x"), Ct).FailsWith("scope_missing");
        await _world.Tables.DropAsync(key, _database.Name, Some.TableName(), Ct).FailsWith("scope_missing");
        Assert.Equal(["albums", "artists"], await TablesAsync(_owner));
    }

    [Fact]
    public async Task A_key_without_tables_reaches_all_also_those_to_come()
    {
        var key = await KeyAsync(["records:read", "schema:read", "schema:write"]);
        await _world.Tables.CreateAsync(key, _database.Name, Definition("tracks"), Ct).Succeeds();
        await OpenAsync(key, "tracks").Succeeds();
        Assert.Equal(["albums", "artists", "tracks"], await TablesAsync(key));
    }

    [Fact]
    public async Task A_bound_key_reaches_its_tables_and_no_other()
    {
        var key = await BoundKeyAsync("albums");
        await OpenAsync(key, "ALBUMS").Succeeds();
        await OpenAsync(key, "artists").FailsWith("forbidden");
        await _world.Tables.GetAsync(key, _database.Name, Some.TableName("artists"), Ct).FailsWith("forbidden");
        await _world.Tables.DropAsync(key, _database.Name, Some.TableName("artists"), Ct).FailsWith("forbidden");
        Assert.Equal(["albums"], await TablesAsync(key));
        Assert.Equal(["albums", "artists"], await TablesAsync(_owner));
    }

    [Fact]
    public async Task A_bound_key_cannot_find_out_which_tables_there_are()
    {
        var key = await BoundKeyAsync("albums");
        Assert.Equal(await OpenAsync(key, "artists").FailsWith("forbidden"), await OpenAsync(key, "nothing").FailsWith("forbidden"));
    }

    [Fact]
    public async Task A_bound_key_follows_its_table_through_a_rename()
    {
        var key = await BoundKeyAsync("albums");
        _world.TableStore.Rename(_database, "albums", "records");

        await OpenAsync(key, "records").Succeeds();
        await OpenAsync(key, "albums").FailsWith("forbidden");
        Assert.Equal(["records"], await TablesAsync(key));
    }

    [Fact]
    public async Task A_new_table_of_the_old_name_is_another_table()
    {
        var key = await BoundKeyAsync("albums");
        await _world.Tables.DropAsync(_owner, _database.Name, Some.TableName(), Ct).Succeeds();
        await _world.Tables.CreateAsync(_owner, _database.Name, Definition("albums"), Ct).Succeeds();

        await OpenAsync(key, "albums").FailsWith("forbidden");
        Assert.Empty(await TablesAsync(key));
    }

    [Fact]
    public async Task A_bound_key_cannot_make_a_table()
    {
        var key = await BoundKeyAsync("albums");
        await _world.Tables.CreateAsync(key, _database.Name, Definition("tracks"), Ct).FailsWith("forbidden");
        Assert.Equal(["albums", "artists"], await TablesAsync(_owner));
    }

    [Fact]
    public async Task A_bound_key_may_drop_its_own_table()
    {
        await _world.Tables.DropAsync(await BoundKeyAsync("albums"), _database.Name, Some.TableName(), Ct).Succeeds();
        Assert.Equal(["artists"], await TablesAsync(_owner));
    }

    [Fact]
    public async Task A_key_bound_to_no_table_at_all_reaches_nothing()
    {
        var key = await BoundKeyAsync();
        await OpenAsync(key, "albums").FailsWith("forbidden");
        Assert.Empty(await TablesAsync(key));
    }

    // A busy database passes; a client that is told 403 gives up.
    [Fact]
    public async Task A_bound_key_is_told_when_the_database_cannot_serve_now()
    {
        var key = await BoundKeyAsync("albums");
        _world.TableStore.Failure = new Error(ErrorCodes.Busy, "Busy.");
        await OpenAsync(key, "albums").FailsWith("busy");
    }

    [Fact]
    public async Task A_key_reaches_no_table_of_another_database()
    {
        var other = await _world.DatabaseAsync(_owner, "other");
        _world.TableStore.Add(other, "albums", "title TEXT");
        var key = await KeyAsync(["records:read", "schema:read", "schema:write"]);

        await _world.Tables.OpenAsync(key, other.Name, Some.TableName(), Scopes.RecordsRead, Ct).FailsWith("wrong_database");
        await _world.Tables.OpenAsync(key, Some.DatabaseName("nothing"), Some.TableName(), Scopes.RecordsRead, Ct).FailsWith("wrong_database");
        await _world.Tables.ListAsync(key, other.Name, Ct).FailsWith("wrong_database");
        await _world.Tables.GetAsync(key, other.Name, Some.TableName(), Ct).FailsWith("wrong_database");
        await _world.Tables.CreateAsync(key, other.Name, Definition("x"), Ct).FailsWith("wrong_database");
        await _world.Tables.DropAsync(key, other.Name, Some.TableName(), Ct).FailsWith("wrong_database");
    }

    [Fact]
    public async Task The_wrong_database_is_named_before_a_missing_scope() =>
        await _world.Tables.OpenAsync(await KeyAsync(["schema:read"]), Some.DatabaseName("other"), Some.TableName(), Scopes.RecordsRead, Ct)
            .FailsWith("wrong_database");

    [Fact]
    public async Task The_same_definition_again_changes_nothing_and_another_is_refused()
    {
        await _world.Tables.CreateAsync(_owner, _database.Name, Definition("tracks"), Ct).Succeeds();
        await _world.Tables.CreateAsync(_owner, _database.Name, Definition("tracks"), Ct).Succeeds();
        await _world.Tables.CreateAsync(_owner, _database.Name, Definition("albums"), Ct).FailsWith("table_exists");
    }

    [Fact]
    public async Task Opening_a_table_that_is_known_waits_for_nothing()
    {
        await OpenAsync(_owner, "albums").Succeeds();
        Assert.True(OpenAsync(_owner, "albums").IsAnsweredAtOnce());
    }

    [Fact]
    public async Task A_list_tells_which_database_it_is_of() =>
        Assert.Equal(_database.Id, (await _world.Tables.ListAsync(_owner, _database.Name, Ct).Succeeds()).Database.Id);

    private async Task<KeyCaller> KeyAsync(string[] scopes) =>
        await _world.KeyCallerAsync(_owner, _database, new ApiKeyChange { Name = string.Join(' ', scopes), Scopes = scopes });

    private async Task<KeyCaller> BoundKeyAsync(params string[] tables) =>
        await _world.KeyCallerAsync(_owner, _database, new ApiKeyChange { Name = "bound", Tables = new(tables) });

    private ValueTask<Result<OpenTable>> OpenAsync(Caller caller, string table, Scopes scope = Scopes.RecordsRead) =>
        _world.Tables.OpenAsync(caller, _database.Name, Some.TableName(table), scope, Ct);

    private async Task<IEnumerable<string>> TablesAsync(Caller caller) =>
        (await _world.Tables.ListAsync(caller, _database.Name, Ct).Succeeds()).Tables.Select(t => t.Name);

    private static TableDefinition Definition(string name) =>
        new(Some.TableName(name), [new ColumnDefinition("a", ColumnType.Text, IsNullable: true, IsUnique: false)]);
}
