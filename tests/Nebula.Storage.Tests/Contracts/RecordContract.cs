using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of single records.</summary>
public abstract class RecordContract(StorageFixture storage)
{
    [Fact]
    public async Task An_inserted_record_comes_back_whole()
    {
        var table = await TableAsync("name TEXT", "age INTEGER");

        var added = await table.AddAsync("""{"name": "Ada", "age": 36}""");
        var found = await table.FindAsync(added.Id).Succeeds();

        Assert.Equal(["id", "name", "age", "created_at", "updated_at"], added.Json.Select(p => p.Key));
        Assert.Equal("\"Ada\"", added["name"]);
        Assert.Equal("36", added["age"]);
        Assert.Equal(added.Text, found.Text);
        Assert.Equal(added.Tag, found.Tag);
    }

    [Fact]
    public async Task The_first_id_is_one_and_ids_rise()
    {
        var table = await TableAsync("n INTEGER");

        Assert.Equal([1, 2, 3], new[] { await table.AddAsync("""{"n": 1}"""), await table.AddAsync("""{"n": 1}"""), await table.AddAsync("""{"n": 1}""") }.Select(r => r.Id));
    }

    [Fact]
    public async Task The_id_of_a_deleted_last_record_is_not_given_again()
    {
        var table = await TableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        var last = await table.AddAsync("""{"n": 2}""");

        await table.DeleteAsync(last.Id).Succeeds();

        Assert.Equal(last.Id + 1, (await table.AddAsync("""{"n": 3}""")).Id);
    }

    [Fact]
    public async Task Ids_are_not_given_again_after_all_records_went_and_the_storage_was_restarted()
    {
        var table = await TableAsync("n INTEGER");
        var only = await table.AddAsync("""{"n": 1}""");
        await table.DeleteAsync(only.Id).Succeeds();

        await storage.RestartAsync();

        Assert.Equal(only.Id + 1, (await On(table).AddAsync("""{"n": 2}""")).Id);
    }

    [Fact]
    public async Task Timestamps_are_those_of_the_write()
    {
        var table = await TableAsync("n INTEGER");
        var before = Some.Now(TimeProvider.System);

        var row = await table.AddAsync("""{"n": 1}""");

        Assert.True(Timestamps.TryParse(row.Str("created_at"), out var created));
        Assert.InRange(created, before, TimeProvider.System.GetUtcNow());
        Assert.Equal(row["created_at"], row["updated_at"]);
    }

    [Fact]
    public async Task An_update_changes_the_named_columns_only_and_the_time_of_the_change()
    {
        var table = await TableAsync("a TEXT", "b TEXT");
        var added = await table.AddAsync("""{"a": "1", "b": "2"}""");
        await Task.Delay(2, TestContext.Current.CancellationToken);

        var updated = await table.UpdateAsync(added.Id, """{"b": "3"}""").Succeeds();

        Assert.Equal(("\"1\"", "\"3\""), (updated["a"], updated["b"]));
        Assert.Equal(added["created_at"], updated["created_at"]);
        Assert.True(string.CompareOrdinal(added["updated_at"], updated["updated_at"]) < 0);
        Assert.NotEqual(added.Tag, updated.Tag);
        Assert.Equal(updated.Text, (await table.FindAsync(added.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task A_deleted_record_is_not_found()
    {
        var table = await TableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");

        await table.DeleteAsync(row.Id).Succeeds();

        await table.FindAsync(row.Id).FailsWith(ErrorCodes.RecordNotFound);
        await table.UpdateAsync(row.Id, """{"n": 2}""").FailsWith(ErrorCodes.RecordNotFound);
        await table.DeleteAsync(row.Id).FailsWith(ErrorCodes.RecordNotFound);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task An_id_that_was_never_given_is_not_found(long id) =>
        await (await TableAsync("n INTEGER")).FindAsync(id).FailsWith(ErrorCodes.RecordNotFound);

    [Fact]
    public async Task Asked_for_some_fields_it_gives_those_in_their_order_with_the_tag_of_the_whole()
    {
        var table = await TableAsync("a TEXT", "b TEXT");
        var added = await table.AddAsync("""{"a": "1", "b": "2"}""");

        var some = await table.FindAsync(added.Id, "b,id").Succeeds();

        Assert.Equal($$"""{"b":"2","id":{{added.Id}}}""", some.Text);
        Assert.Equal(added.Tag, some.Tag);
    }

    [Fact]
    public async Task Columns_that_are_left_out_are_null()
    {
        var table = await TableAsync("a TEXT", "b INTEGER", "c REAL", "d BLOB", "e BOOLEAN");

        var row = await table.AddAsync("""{"a": "x"}""");

        Assert.All(["b", "c", "d", "e"], column => Assert.Equal("null", row[column]));
    }

    [Fact]
    public async Task Null_replaces_a_value()
    {
        var table = await TableAsync("a TEXT", "n INTEGER");
        var row = await table.AddAsync("""{"a": "x", "n": 1}""");

        Assert.Equal("null", (await table.UpdateAsync(row.Id, """{"a": null}""").Succeeds())["a"]);
    }

    [Fact]
    public async Task A_required_column_takes_no_null()
    {
        var table = await TableAsync("a TEXT required", "b TEXT");
        var row = await table.AddAsync("""{"a": "x"}""");

        await table.InsertAsync("""{"b": "x"}""").FailsWith(ErrorCodes.InvalidRecord);
        await table.InsertAsync("""{"a": null}""").FailsWith(ErrorCodes.InvalidRecord);
        await table.UpdateAsync(row.Id, """{"a": null}""").FailsWith(ErrorCodes.InvalidRecord);
        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task The_records_of_one_table_are_not_in_another()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var one = await database.AddTableAsync("one", "n INTEGER");
        var other = await database.AddTableAsync("other", "n INTEGER");
        var row = await one.AddAsync("""{"n": 1}""");

        await other.FindAsync(row.Id).FailsWith(ErrorCodes.RecordNotFound);
        Assert.Equal(0, await other.TotalAsync());
    }

    [Fact]
    public async Task A_record_survives_a_restart_with_its_tag()
    {
        var table = await TableAsync("a TEXT");
        var row = await table.AddAsync("""{"a": "kept"}""");

        await storage.RestartAsync();

        var found = await On(table).FindAsync(row.Id).Succeeds();
        Assert.Equal(row.Text, found.Text);
        Assert.Equal(row.Tag, found.Tag);
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);

    private TestTable On(TestTable table) => table.Database.On(storage.Services).Table(table.Name.Value);
}
