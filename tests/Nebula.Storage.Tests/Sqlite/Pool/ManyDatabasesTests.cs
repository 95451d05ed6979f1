using System.Diagnostics;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Pool;

/// <summary>Thousands registered, some hundreds in use, few open: a normal day.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ManyDatabasesTests(ITestOutputHelper output)
{
    private const int Registered = 10_000;
    private const int Used = 300;
    private const int MaxOpen = 200;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_are_registered_three_hundred_used_and_two_hundred_open_at_most()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxOpenDatabases = MaxOpen });
        var tenant = await storage.Services.AddTenantAsync();
        await storage.RestartAsync(() => Register(storage, tenant));
        tenant = tenant.On(storage.Services);

        var databases = new List<Database>();
        for (var offset = 0; offset < Registered; offset += 1000)
            databases.AddRange(await storage.Services.DatabaseStore.ListAsync(tenant.Id, 1000, offset, Ct));
        Assert.Equal(Registered, databases.Count);
        Assert.Equal(0, storage.Storage.OpenDatabases);
        Assert.Single(Directory.GetFileSystemEntries(storage.Directory.Path), entry => Path.GetFileName(entry) == "metadata.db");

        var tables = databases.Where((_, i) => i % (Registered / Used) == 0).Take(Used).Select(d => new TestDatabase(storage.Services, tenant.Caller, d)).ToList();
        await EachAsync(tables, async (database, i) => await (await database.AddTableAsync("items", "n INTEGER")).AddAsync($$"""{"n": {{i}}}"""));
        var (descriptors, most) = (0, 0);
        var opening = new List<TimeSpan>();
        var memory = new List<long>();
        for (var round = 0; round < 4; round++)
        {
            await EachAsync(tables, async (database, i) =>
            {
                Assert.Equal($"{i}", (await database.Table("items").FindAsync(1).Succeeds())["n"]);
                most = Math.Max(most, storage.Storage.OpenDatabases);
            });
            descriptors = Math.Max(descriptors, Descriptors(storage));
            memory.Add(MemoryInUse());
        }

        Assert.InRange(most, MaxOpen / 2, MaxOpen);
        Assert.InRange(descriptors, 1, MaxOpen * 8);
        Assert.True(memory[^1] - memory[0] < 64 * 1024 * 1024, $"Memory grew: {string.Join(", ", memory.Select(m => $"{m / 1024 / 1024} MiB"))}");
        // Always the ones that were closed for longest: each is opened anew.
        opening.Clear();
        foreach (var database in tables)
        {
            var started = Stopwatch.GetTimestamp();
            (await storage.Storage.Pool.LeaseAsync(database.Id, Ct).Succeeds()).Dispose();
            opening.Add(Stopwatch.GetElapsedTime(started));
        }

        opening.Sort();
        output.WriteLine($"{opening.Count} openings, p50 {opening[opening.Count / 2].TotalMilliseconds:F1} ms, p99 {opening[opening.Count * 99 / 100].TotalMilliseconds:F1} ms; "
            + $"{descriptors} descriptors, {string.Join(", ", memory.Select(m => $"{m / 1024 / 1024} MiB"))}");

        await storage.StopAsync();
        Assert.Equal(0, Descriptors(storage));
    }

    private static void Register(RunningStorage storage, Tenant tenant)
    {
        using var metadata = storage.OpenMetadata();
        metadata.Run(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Registered})
            INSERT INTO databases (owner_id, db_name, state, created_at, updated_at)
            SELECT '{tenant.Id}', 'db_' || i, 'registered', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n
            """);
    }

    private static Task EachAsync(List<TestDatabase> databases, Func<TestDatabase, int, Task> use) => Parallel.ForAsync(
        0, databases.Count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Ct }, async (i, _) => await use(databases[i], i));

    /// <summary>The open files below the storage's folder.</summary>
    private static int Descriptors(RunningStorage storage) => !Directory.Exists("/proc/self/fd") ? 0 : Directory.GetFiles("/proc/self/fd")
        .Count(descriptor => File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName.StartsWith(storage.Directory.Path, StringComparison.Ordinal) == true);

    private static long MemoryInUse()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
