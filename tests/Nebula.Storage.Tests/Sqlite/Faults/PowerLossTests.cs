using System.Collections.Concurrent;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Faults;

/// <summary>
/// Lost power can take anything that was written after the last sync. Here the write-ahead log is cut at any byte behind what had been acknowledged, and what
/// lies behind the cut is garbage.
/// </summary>
public sealed class PowerLossTests
{
    /// <summary>How often the log is cut: <c>NEBULA_POWER_CUTS</c>, or 60 times.</summary>
    private static int Cuts => Seed.Times("NEBULA_POWER_CUTS", 60);

    [Fact]
    public Task Whatever_is_lost_behind_the_last_acknowledged_write_all_that_was_acknowledged_is_there() => Seed.RunAsync(async random =>
    {
        await using var storage = await RunningStorage.StartAsync();
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER unique", "t TEXT");
        var path = storage.PathOf(table.Database.Database);
        var acknowledged = new ConcurrentBag<(long End, int N, int Length)>();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(round * 20, 20).Select(n => Task.Run(async () =>
            {
                var length = (n * 37) % 3000;
                await table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', length)}}"}""");
                acknowledged.Add((new FileInfo($"{path}-wal").Length, n, length));
            })));
        }

        using var copy = storage.Directory.Copy();
        var log = File.ReadAllBytes(copy.Combine(Path.GetRelativePath(storage.Directory.Path, path) + "-wal"));
        var database = File.ReadAllBytes(copy.Combine(Path.GetRelativePath(storage.Directory.Path, path)));
        for (var i = 0; i < Cuts; i++)
        {
            var cut = i == 0 ? log.Length : random.Next(acknowledged.Min(a => (int)a.End), log.Length);
            Check(copy.Combine($"cut-{i}.db"), database, log, cut, random, acknowledged);
        }

        FaultReport.Add("power loss", ("acknowledged", acknowledged.Count), ("lost", 0), ("power cuts", Cuts), ("integrity checks", Cuts));
    });

    [Fact]
    public async Task A_server_that_starts_on_what_a_crash_left_has_all_that_was_acknowledged()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var tables = new List<TestTable>();
        for (var i = 0; i < 5; i++)
        {
            var table = await tenant.AddTableAsync("n INTEGER");
            await Task.WhenAll(Enumerable.Range(0, 50).Select(n => table.AddAsync($$"""{"n": {{n}}}""")));
            await table.DeleteAsync(50).Succeeds();
            await table.UpdateAsync(1, """{"n": 1000}""").Succeeds();
            tables.Add(table);
        }

        await using var after = await RunningStorage.StartInAsync(storage.Directory.Copy());

        foreach (var table in tables.Select(t => t.Database.On(after.Services).Table("items")))
        {
            Assert.Equal(49, await table.TotalAsync());
            Assert.Equal("1000", (await table.FindAsync(1).Succeeds())["n"]);
            Assert.Equal(51, (await table.AddAsync("""{"n": 1}""")).Id);
        }
    }

    private static void Check(
        string path, byte[] database, byte[] log, int cut, Random random, IEnumerable<(long End, int N, int Length)> acknowledged)
    {
        File.WriteAllBytes(path, database);
        var torn = log[..cut];
        if (random.Next(2) == 0)
        {
            var garbage = new byte[random.Next(1, 10_000)];
            random.NextBytes(garbage);
            torn = [.. torn, .. garbage];
        }

        File.WriteAllBytes($"{path}-wal", torn);
        using var program = new OtherProgram(path);
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));

        var there = program.Column("SELECT n || ':' || length(t) || ':' || (t = printf('%.*c', length(t), 'x') OR t = '') FROM items").ToHashSet();
        foreach (var (_, n, length) in acknowledged.Where(a => a.End <= cut))
            Assert.True(there.Contains($"{n}:{length}:1"), $"{n} was acknowledged before byte {cut} and is gone");
        Assert.All(there, row => Assert.EndsWith(":1", row, StringComparison.Ordinal));
    }
}
