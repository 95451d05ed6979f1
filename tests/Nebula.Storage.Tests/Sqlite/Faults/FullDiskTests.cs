using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Faults;

/// <summary>A disk that is full in earnest: log, file and index of the log all fail to grow.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(20_000)]
    [InlineData(300_000)]
    public async Task On_a_full_disk_writes_are_refused_reads_go_on_nothing_acknowledged_is_lost_and_it_recovers_by_itself(int size)
    {
        using var disk = SmallDisk.Mount(megabytes: 12);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[3_000_000], TestContext.Current.CancellationToken);
        await using var storage = await RunningStorage.StartAsync(o => o with { DataDirectory = disk.Path, MaxWalBytes = 2_000_000 });
        var tenant = await storage.Services.AddTenantAsync();
        var (table, neighbour) = (await tenant.AddTableAsync("n INTEGER", "t TEXT"), await tenant.AddTableAsync("n INTEGER"));
        await neighbour.AddAsync("""{"n": 1}""");
        var acknowledged = new List<long>();
        string Record(int n) => $$"""{"n": {{n}}, "t": "{{new string('x', size)}}"}""";

        for (var isFull = false; !isFull;)
        {
            foreach (var outcome in await Task.WhenAll(Enumerable.Range(0, 5).Select(n => table.InsertAsync(Record(n)).AsTask())))
            {
                if (outcome.TryGet(out var row, out _))
                    acknowledged.Add(row.Id);
                else
                    isFull = outcome.FailsWith(ErrorCodes.StorageFull) is not null;
            }
        }

        acknowledged.Sort();
        await ReadsAsync(table, acknowledged);
        await ReadsAsync(neighbour, [1]);
        await table.InsertAsync(Record(0)).FailsWith(ErrorCodes.StorageFull);

        File.Delete(ballast);
        acknowledged.Add((await table.AddAsync(Record(-1))).Id);
        await neighbour.AddAsync("""{"n": 2}""");
        await ReadsAsync(table, acknowledged);
        await storage.RestartAsync();
        await ReadsAsync(table.Database.On(storage.Services).Table("items"), acknowledged);
        Assert.Equal(0, storage.Storage.QuarantinedDatabases);
    }

    private static async Task ReadsAsync(TestTable table, List<long> ids)
    {
        Assert.Equal(ids.Count, await table.TotalAsync());
        Assert.Equal(ids, (await table.ListAsync("limit=1000&fields=id")).Ids);
        foreach (var id in ids.Take(20))
            await table.FindAsync(id).Succeeds();
    }
}
