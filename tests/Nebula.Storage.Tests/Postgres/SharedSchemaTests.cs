using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Tables and records of one database at two servers: each keeps the schema in memory, and the other one changes it.</summary>
public sealed class SharedSchemaTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_finds_out_that_the_other_server_changed_its_table()
    {
        var (here, there) = await TablesAsync("a TEXT");
        await here.AddAsync("""{"a": "x"}""");
        await there.AddAsync("""{"a": "y"}""");

        await there.Database.AlterAsync("items", """{"add_columns": [{"name": "b", "type": "TEXT", "default": "new"}]}""").Succeeds();

        Assert.Equal("\"new\"", (await here.AddAsync("""{"a": "z"}"""))["b"]);
        Assert.Equal(3, await here.TotalAsync());
    }

    [Fact]
    public async Task A_read_of_a_column_that_is_gone_is_read_anew()
    {
        var (here, there) = await TablesAsync("a TEXT", "b TEXT");
        var row = await here.AddAsync("""{"a": "x", "b": "y"}""");

        await there.Database.AlterAsync("items", """{"drop_columns": ["b"]}""").Succeeds();

        Assert.Equal(["id", "a", "created_at", "updated_at"], (await here.FindAsync(row.Id).Succeeds()).Json.Select(p => p.Key));
        Assert.Equal([row.Id], (await here.ListAsync()).Ids);
    }

    [Fact]
    public async Task Statements_that_were_prepared_for_another_schema_are_prepared_anew()
    {
        var (here, there) = await TablesAsync("a INTEGER");
        await here.AddAsync("""{"a": 1}""");
        foreach (var type in new[] { "TEXT", "INTEGER", "REAL", "TEXT" })
        {
            for (var i = 0; i < 6; i++) // on each connection of the pool
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => here.ListAsync()));

            await there.Database.AlterAsync("items", $$"""{"alter_columns": [{"name": "a", "type": "{{type}}"}]}""").Succeeds();

            for (var i = 0; i < 6; i++)
                Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => here.ListAsync())), l => Assert.Equal(1, l.Total));
        }
    }

    [Fact]
    public async Task A_table_that_the_other_server_dropped_is_not_found_and_one_that_it_made_is()
    {
        var (here, there) = await TablesAsync("a TEXT");
        var row = await here.AddAsync("""{"a": "x"}""");

        await there.Database.DropAsync("items").Succeeds();
        await here.FindAsync(row.Id).FailsWith(ErrorCodes.TableNotFound);
        await there.Database.AddTableAsync("others", "n INTEGER");

        Assert.Equal(1, (await here.Database.Table("others").AddAsync("""{"n": 1}""")).Id);
    }

    [Fact]
    public async Task First_uses_at_both_servers_at_once_make_one_database()
    {
        var tenant = await servers.First.AddTenantAsync();
        var here = await tenant.AddDatabaseAsync();
        var there = here.On(servers.Second);

        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? here : there).TryAddTableAsync("t", "a TEXT").AsTask()));

        Assert.Single(made.Select(m => m.Succeeds().Id).Distinct());
    }

    [Fact]
    public async Task A_database_that_a_move_has_closed_is_not_written_but_read_and_writes_wait()
    {
        var (here, there) = await TablesAsync("a TEXT");
        var row = await here.AddAsync("""{"a": "x"}""");
        await servers.Database.RunAsync($"UPDATE db_{here.Database.Id}._nebula_state SET version = -version", Ct);

        var writes = new[] { WaitsAsync(here.InsertAsync("""{"a": "y"}""")), WaitsAsync(there.UpdateAsync(row.Id, """{"a": "z"}""")) };
        await Task.Delay(300, Ct);
        Assert.All(writes, w => Assert.False(w.IsCompleted));
        Assert.Equal("\"x\"", (await here.FindAsync(row.Id).Succeeds())["a"]);
        Assert.Equal("\"x\"", (await there.FindAsync(row.Id).Succeeds())["a"]);

        await servers.Database.RunAsync($"UPDATE db_{here.Database.Id}._nebula_state SET version = -version", Ct);
        await Task.WhenAll(writes);
        Assert.Equal("\"z\"", (await here.FindAsync(row.Id).Succeeds())["a"]);

        static async Task WaitsAsync(ValueTask<Result<Row>> write) => (await write).Succeeds();
    }

    [Fact]
    public async Task Of_two_that_change_a_record_with_its_tag_one_is_refused()
    {
        var (here, there) = await TablesAsync("n INTEGER");
        var row = await here.AddAsync("""{"n": 0}""");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? here : there).UpdateAsync(row.Id, $$"""{"n": {{i}}}""", row.Tag).AsTask()));

        Assert.Single(outcomes, o => o.Code() == "ok");
        Assert.All(outcomes.Where(o => o.Code() != "ok"), o => o.FailsWith(ErrorCodes.PreconditionFailed));
    }

    [Fact]
    public async Task A_column_named_like_one_of_PostgreSQLs_own_is_refused()
    {
        var (here, _) = await TablesAsync("a TEXT");

        Assert.Equal("xmin", Assert.Single((await here.Database.TryAddTableAsync("t", "xmin TEXT").FailsWith(ErrorCodes.InvalidSchema)).Details).Field);
        await here.Database.AddTableAsync("t", "XMIN TEXT");
    }

    /// <summary>One table as both servers reach it.</summary>
    private async Task<(TestTable Here, TestTable There)> TablesAsync(params string[] columns)
    {
        var here = await (await servers.First.AddTenantAsync()).AddTableAsync(columns);
        return (here, here.Database.On(servers.Second).Table(here.Name.Value));
    }
}
