using System.Collections.Concurrent;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

public sealed class AlterUnderLoadTests
{
    [Fact]
    public async Task A_table_that_changes_under_load_gives_no_fault_and_loses_no_record()
    {
        await using var storage = await RunningStorage.StartAsync();
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.MakeTableAsync(
            """{"table_name": "t", "columns": [{"name": "n", "type": "INTEGER"}, {"name": "a", "type": "TEXT"}], "indexes": [{"columns": ["a"], "type": "fulltext"}]}""");
        var child = await database.MakeTableAsync("""{"table_name": "child", "columns": [{"name": "t_id", "type": "INTEGER", "references": {"table": "t", "on_delete": "cascade"}}]}""");
        var first = await table.AddAsync("""{"n": 1, "a": "word"}""");
        await child.AddAsync($$"""{"t_id": {{first.Id}}}""");
        using var stopping = new CancellationTokenSource();
        var codes = new ConcurrentDictionary<string, int>();
        var written = 0;

        var load = Enumerable.Range(0, 7).Select(worker => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await Task.Yield(); // as requests do: the threads are not this loop's alone
                var code = worker switch
                {
                    0 or 1 => (await table.InsertAsync("""{"n": 1}""")).Code(),
                    2 => (await child.InsertAsync("""{"t_id": 1}""")).Code(),
                    3 => (await table.FindAsync(1)).Code(),
                    4 => (await table.UpdateAsync(1, """{"n": 1}""")).Code(),
                    5 => (await table.TryListAsync("limit=5&filter=n%20%3D%201&sort=-n")).Code(),
                    _ => (await table.TryListAsync("search=word")).Code(),
                };
                codes.AddOrUpdate($"{worker} {code}", 1, (_, count) => count + 1);
                if (worker < 2 && code == "ok")
                    Interlocked.Increment(ref written);
            }
        })).ToArray();
        string[] changes =
        [
            """{"alter_columns": [{"name": "n", "nullable": false}]}""",
            """{"alter_columns": [{"name": "n", "type": "DECIMAL(9,2)", "nullable": true}]}""",
            """{"add_columns": [{"name": "b", "type": "TEXT", "default": "x"}]}""",
            """{"rename_columns": {"b": "c"}, "add_indexes": [{"columns": ["n", "c"]}]}""",
            """{"drop_indexes": ["t_n_c_idx"], "drop_columns": ["c"]}""",
            """{"alter_columns": [{"name": "n", "type": "INTEGER"}]}""",
        ];
        for (var i = 0; i < 36; i++)
            await database.AlterAsync("t", changes[i % changes.Length]).Succeeds();

        await stopping.CancelAsync();
        await Task.WhenAll(load);
        string[] allowed = ["ok", ErrorCodes.Conflict, ErrorCodes.Busy];
        Assert.All(codes.Keys, code => Assert.Contains(code.Split(' ')[1], allowed));
        Assert.All(Enumerable.Range(0, 7), worker => Assert.True(codes.GetValueOrDefault($"{worker} ok") > 0, string.Join(", ", codes)));
        Assert.Equal(written + 1, await table.TotalAsync());
        using var program = storage.OpenFile(database.Database);
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));
        Assert.Empty(program.Column("PRAGMA foreign_key_check"));
    }

    [Fact]
    public async Task References_hold_again_after_a_change_whatever_came_of_it()
    {
        await using var storage = await RunningStorage.StartAsync();
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "t_id", "type": "INTEGER", "references": {"table": "t"}}, {"name": "a", "type": "TEXT"}]}""");
        await table.AddAsync("""{"a": null, "t_id": null}""");

        await database.AlterAsync("t", """{"alter_columns": [{"name": "a", "nullable": false}]}""").FailsWith(ErrorCodes.Required);
        await table.InsertAsync("""{"t_id": 9}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        await database.AlterAsync("t", """{"alter_columns": [{"name": "a", "unique": true}]}""").Succeeds();
        await table.InsertAsync("""{"t_id": 9}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        Assert.Null(await storage.InsideAsync(database.Database, d => d.BrokenBy));
    }
}
