using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>A reader that does not let go keeps the write-ahead log from being begun anew: writes stop before it takes the disk.</summary>
public sealed class WalBoundTests
{
    private const long Bound = 1024 * 1024;

    [Fact]
    public async Task With_a_long_reader_the_log_stays_bounded_reads_go_on_and_writes_return_when_it_leaves()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxWalBytes = Bound, WriteTimeout = TimeSpan.FromSeconds(3) });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("t TEXT");
        var record = $$"""{"t": "{{new string('x', 20_000)}}"}""";
        await table.AddAsync(record);
        var path = storage.PathOf(table.Database.Database);
        var acknowledged = 1L;

        using (var reader = new OtherProgram(path))
        {
            reader.Run("BEGIN");
            reader.Integer("SELECT count(*) FROM items");
            var outcome = "ok";
            while (outcome == "ok" && acknowledged < 1000)
            {
                outcome = (await table.InsertAsync(record)).Code();
                acknowledged += outcome == "ok" ? 1 : 0;
            }

            Assert.Equal(ErrorCodes.Busy, outcome);
            Assert.InRange(new FileInfo($"{path}-wal").Length, Bound / 2, Bound + 100_000);
            Assert.Equal(acknowledged, await table.TotalAsync());
            await table.FindAsync(acknowledged).Succeeds();
            reader.Run("COMMIT");
        }

        for (var i = 0; i < 100; i++)
            await table.AddAsync(record);
        Assert.Equal(acknowledged + 100, await table.TotalAsync());
        Assert.InRange(new FileInfo($"{path}-wal").Length, 0, 3 * Bound);
    }

    [Fact]
    public async Task Without_a_reader_the_log_is_used_over_and_over()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxWalBytes = Bound });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("t TEXT");
        var record = $$"""{"t": "{{new string('x', 50_000)}}"}""";

        for (var i = 0; i < 200; i++)
            await table.AddAsync(record);

        Assert.InRange(new FileInfo($"{storage.PathOf(table.Database.Database)}-wal").Length, 1, Bound + 200_000);
    }
}
