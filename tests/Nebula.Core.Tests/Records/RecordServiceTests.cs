using System.Text;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Tests.Fakes;
using Record = Nebula.Core.Records.Record;

namespace Nebula.Core.Tests.Records;

public sealed class RecordServiceTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!; // set before each test
    private Database _database = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await _world.AccountAsync();
        _database = await _world.DatabaseAsync(_owner);
        _world.TableStore.Add(_database, "albums", "title TEXT required", "year INTEGER");
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_record_is_read_checked_stamped_and_handed_to_the_store()
    {
        using var record = await CreateAsync(_owner, """{"title": "Blue Train"}""").Succeeds();
        Assert.Equal(
            ["insert title=text Blue Train, created_at=text 2026-11-24T10:00:00.007Z, updated_at=text 2026-11-24T10:00:00.007Z"],
                _world.RecordStore.Calls);
    }

    [Fact]
    public async Task A_change_names_its_columns_only_and_stamps_when_it_was_made()
    {
        using var record = await UpdateAsync(_owner, """{"year": 1957}""", new Precondition([])).Succeeds();
        Assert.Equal(["update 7 year=integer 1957, updated_at=text 2026-11-24T10:00:00.007Z if-match"], _world.RecordStore.Calls);
    }

    [Fact]
    public async Task Reading_takes_the_columns_that_are_asked_for()
    {
        (await GetAsync(_owner, null).Succeeds()).Dispose();
        (await GetAsync(_owner, "year,ID").Succeeds()).Dispose();
        Assert.Equal(["get 7 *", "get 7 year,id"], _world.RecordStore.Calls);
    }

    [Fact]
    public async Task Listing_reads_its_parameters_for_the_table()
    {
        (await ListAsync(_owner, new("limit", "5"), new("sort", "year")).Succeeds()).Dispose();
        Assert.Equal(["list 5 0 by year"], _world.RecordStore.Calls);
    }

    [Fact]
    public async Task Nothing_wrong_reaches_the_store()
    {
        await CreateAsync(_owner, """{"year": "x"}""").FailsWith("invalid_record", "year wrong_type", "title required");
        await CreateAsync(_owner, "{").FailsWith("invalid_json");
        await UpdateAsync(_owner, """{"title": null}""").FailsWith("invalid_record", "title required");
        await GetAsync(_owner, "nope").FailsWith("invalid_parameter", "fields unknown_column");
        await ListAsync(_owner, new KeyValuePair<string, string>("nope", "1")).FailsWith("invalid_parameter", "nope unknown_parameter");
        Assert.Empty(_world.RecordStore.Calls);
    }

    [Fact]
    public async Task A_read_only_key_can_read_and_write_nothing()
    {
        var key = await KeyAsync("records:read");
        (await GetAsync(key, null).Succeeds()).Dispose();
        (await ListAsync(key).Succeeds()).Dispose();
        _world.RecordStore.Calls.Clear();

        await CreateAsync(key, """{"title": "x"}""").FailsWith("scope_missing");
        await UpdateAsync(key, """{"title": "x"}""").FailsWith("scope_missing");
        await DeleteAsync(key).FailsWith("scope_missing");
        Assert.Empty(_world.RecordStore.Calls);
    }

    [Fact]
    public async Task A_key_that_may_write_only_can_read_nothing()
    {
        var key = await KeyAsync("records:write");
        (await CreateAsync(key, """{"title": "x"}""").Succeeds()).Dispose();
        await DeleteAsync(key).Succeeds();
        _world.RecordStore.Calls.Clear();

        await GetAsync(key, null).FailsWith("scope_missing");
        await ListAsync(key).FailsWith("scope_missing");
        Assert.Empty(_world.RecordStore.Calls);
    }

    [Fact]
    public async Task Rights_are_looked_at_before_the_body()
    {
        var key = await KeyAsync("records:read");
        await CreateAsync(key, "not json").FailsWith("scope_missing");
    }

    [Fact]
    public async Task A_key_of_the_schema_reaches_no_record()
    {
        var key = await KeyAsync("schema:read", "schema:write");
        await GetAsync(key, null).FailsWith("scope_missing");
        await ListAsync(key).FailsWith("scope_missing");
        await CreateAsync(key, """{"title": "x"}""").FailsWith("scope_missing");
        await UpdateAsync(key, """{"title": "x"}""").FailsWith("scope_missing");
        await DeleteAsync(key).FailsWith("scope_missing");
    }

    [Fact]
    public async Task A_table_that_changed_meanwhile_is_opened_again()
    {
        _world.RecordStore.StaleCalls = 1;
        _world.RecordStore.During = () =>
        {
            // Another request puts a table of other columns in its place.
            _world.RecordStore.During = null;
            _world.TableStore.Rename(_database, "albums", "old");
            _world.TableStore.Add(_database, "albums", "title TEXT", "year TEXT");
        };

        (await CreateAsync(_owner, """{"title": "x"}""").Succeeds()).Dispose();
        Assert.Equal(2, _world.RecordStore.Calls.Count);
        Assert.NotSame(_world.RecordStore.Tables[0], _world.RecordStore.Tables[1]);
        Assert.True(_world.RecordStore.Tables[1].Columns[1].IsNullable);
    }

    [Fact]
    public async Task A_body_is_checked_again_against_the_table_as_it_is_now()
    {
        _world.RecordStore.StaleCalls = 1;
        _world.RecordStore.During = () =>
        {
            _world.TableStore.Rename(_database, "albums", "old");
            _world.TableStore.Add(_database, "albums", "name TEXT");
        };

        await CreateAsync(_owner, """{"title": "x"}""").FailsWith("invalid_record", "title unknown_column");
    }

    [Fact]
    public async Task A_table_that_went_meanwhile_is_not_found()
    {
        _world.RecordStore.StaleCalls = 1;
        _world.RecordStore.During = () => _world.TableStore.Rename(_database, "albums", "old");

        await DeleteAsync(_owner).FailsWith("table_not_found");
    }

    [Fact]
    public async Task A_table_that_never_stops_changing_is_a_conflict_that_may_be_tried_again()
    {
        _world.RecordStore.StaleCalls = int.MaxValue;
        Error[] errors =
        [
            await GetAsync(_owner, null).FailsWith("conflict"),
            await ListAsync(_owner).FailsWith("conflict"),
            await CreateAsync(_owner, """{"title": "x"}""").FailsWith("conflict"),
            await UpdateAsync(_owner, """{"title": "x"}""").FailsWith("conflict"),
            await DeleteAsync(_owner).FailsWith("conflict"),
        ];

        Assert.All(errors, e => Assert.NotNull(e.RetryAfter));
        Assert.InRange(_world.RecordStore.Calls.Count, 10, 100);
    }

    [Fact]
    public async Task Any_other_failure_of_the_store_is_passed_on_at_once()
    {
        _world.RecordStore.Failure = new Error(ErrorCodes.UniqueViolation, "Taken.");
        await CreateAsync(_owner, """{"title": "x"}""").FailsWith("unique_violation");
        _world.RecordStore.Failure = new Error(ErrorCodes.Conflict, "A conflict that is none of the schema.");
        await DeleteAsync(_owner).FailsWith("conflict");
        Assert.Equal(2, _world.RecordStore.Calls.Count);
    }

    [Fact]
    public async Task Records_without_an_id_are_out_of_reach()
    {
        _world.TableStore.AddForeign(_database, "pairs", "a TEXT", "b TEXT");
        var error = await _world.Records.GetAsync(_owner, _database.Name, Some.TableName("pairs"), "1", null, Ct).FailsWith("conflict");
        Assert.Contains("no primary key", error.Message, StringComparison.Ordinal);
    }

    private async Task<KeyCaller> KeyAsync(params string[] scopes) =>
        await _world.KeyCallerAsync(_owner, _database, new ApiKeyChange { Name = string.Join(' ', scopes), Scopes = scopes });

    private ValueTask<Result<Record>> CreateAsync(Caller caller, string json) =>
        _world.Records.CreateAsync(caller, _database.Name, Some.TableName(), Encoding.UTF8.GetBytes(json), null, Ct);

    private ValueTask<Result<Record>> UpdateAsync(Caller caller, string json, Precondition ifMatch = default) =>
        _world.Records.UpdateAsync(caller, _database.Name, Some.TableName(), "7", Encoding.UTF8.GetBytes(json), ifMatch, null, Ct);

    private ValueTask<Result<Record>> GetAsync(Caller caller, string? fields) =>
        _world.Records.GetAsync(caller, _database.Name, Some.TableName(), "7", fields, Ct);

    private ValueTask<Result<RecordPage>> ListAsync(Caller caller, params KeyValuePair<string, string>[] parameters) =>
        _world.Records.ListAsync(caller, _database.Name, Some.TableName(), parameters, Ct);

    private ValueTask<Result<Done>> DeleteAsync(Caller caller) =>
        _world.Records.DeleteAsync(caller, _database.Name, Some.TableName(), "7", default, null, Ct);
}
