using System.Collections.Concurrent;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Tables that change while they are read and written.</summary>
public abstract class AlterUnderLoadContract(StorageFixture storage)
{
    [Fact]
    public async Task A_table_that_changes_under_load_gives_no_fault_and_loses_no_record()
    {
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
        await storage.CheckAsync(database);
    }

    [Fact]
    public async Task References_hold_again_after_a_change_whatever_came_of_it()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "t_id", "type": "INTEGER", "references": {"table": "t"}}, {"name": "a", "type": "TEXT"}]}""");
        await table.AddAsync("""{"a": null, "t_id": null}""");

        await database.AlterAsync("t", """{"alter_columns": [{"name": "a", "nullable": false}]}""").FailsWith(ErrorCodes.Required);
        await table.InsertAsync("""{"t_id": 9}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        await database.AlterAsync("t", """{"alter_columns": [{"name": "a", "unique": true}]}""").Succeeds();
        await table.InsertAsync("""{"t_id": 9}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        await storage.CheckAsync(database);
    }

    [Fact]
    public async Task A_table_made_anew_with_other_columns_under_load_gives_no_fault_and_no_wrong_value()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("t", "even TEXT", "n INTEGER");
        using var stopping = new CancellationTokenSource();
        var outcomes = new ConcurrentDictionary<string, int>();

        var load = Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await Task.Yield(); // as requests do: the threads are not this loop's alone
                var code = worker switch
                {
                    < 2 => Note(await table.InsertAsync("""{"n": 1}""")),
                    < 4 => Note(await table.FindAsync(1)),
                    _ => Note(await table.TryListAsync(worker == 4 ? "limit=5" : "limit=5&n=1&sort=n&order=desc")),
                };
                outcomes.AddOrUpdate(code, 1, (_, count) => count + 1);
            }
        })).ToArray();
        for (var i = 0; i < 30; i++)
        {
            await database.DropAsync("t").Succeeds();
            await database.AddTableAsync("t", i % 2 == 0 ? "odd TEXT" : "even TEXT", "n INTEGER");
        }

        await stopping.CancelAsync();
        await Task.WhenAll(load);
        string[] allowed = ["ok", ErrorCodes.TableNotFound, ErrorCodes.RecordNotFound, ErrorCodes.Conflict];
        Assert.All(outcomes.Keys, code => Assert.Contains(code, allowed));
        Assert.True(outcomes["ok"] > 20, string.Join(", ", outcomes));

        static string Note<T>(Result<T> result)
        {
            if (result.TryGet(out var value, out _) && value is Row row)
                Assert.Equal("1", row["n"]);
            if (value is Page page)
                Assert.All(page.Column("n"), n => Assert.Equal("1", n));
            return result.Code();
        }
    }
}
