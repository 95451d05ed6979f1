using System.Collections.Concurrent;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Reading;

public sealed class SchemaUnderLoadTests
{
    [Fact]
    public async Task Columns_that_another_program_adds_and_drops_under_load_give_no_fault()
    {
        await using var storage = await RunningStorage.StartAsync();
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("t", "n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        using var stopping = new CancellationTokenSource();
        var codes = new ConcurrentDictionary<string, int>();

        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await Task.Yield(); // as requests do: the threads are not this loop's alone
                var code = worker switch
                {
                    0 => (await table.InsertAsync("""{"n": 1}""")).Code(),
                    1 => (await table.FindAsync(1)).Code(),
                    2 => (await table.TryListAsync("limit=5")).Code(),
                    _ => (await table.TryListAsync("limit=5&count=none")).Code(),
                };
                codes.AddOrUpdate(code, 1, (_, count) => count + 1);
            }
        })).ToArray();
        using (var program = storage.OpenFile(database.Database))
        {
            for (var i = 0; i < 40; i++)
            {
                program.Run($"ALTER TABLE t ADD COLUMN c{i} TEXT DEFAULT 'x'");
                program.Run($"ALTER TABLE t DROP COLUMN c{i}");
            }
        }

        await stopping.CancelAsync();
        await Task.WhenAll(load);
        Assert.All(codes.Keys, code => Assert.True(code is "ok" or ErrorCodes.Busy or ErrorCodes.Conflict, string.Join(", ", codes)));
        Assert.Equal(["id", "n", "created_at", "updated_at"], (await table.ListAsync("limit=1")).Rows[0].Select(p => p.Key));
    }
}
