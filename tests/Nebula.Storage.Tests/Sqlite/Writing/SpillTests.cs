using System.Globalization;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>What an operation would undo, and is too large for memory, lies beside the data.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SpillTests
{
    [Fact]
    public async Task The_old_pages_of_a_large_change_are_kept_on_the_volume_of_the_data()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await using var storage = await RunningStorage.StartAsync();
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        (await table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(0, 5000).Select(n => $$"""{"n": {{n}}, "t": "{{new string('x', 200)}}"}"""))}]").Succeeds()).Dispose();
        List<string> files = [];

        var work = new WriterWork(context =>
        {
            context.Connection.Execute("UPDATE items SET n = n + 1");
            files = [.. OpenFiles().Where(f => f.Contains("etilqs_", StringComparison.Ordinal))];
        }, TestContext.Current.CancellationToken);
        await storage.Storage.Pool.WriteAsync(table.Database.Id, work, TestContext.Current.CancellationToken).Succeeds();

        Assert.StartsWith(storage.Directory.Combine("nebula.spool"), Assert.Single(files), StringComparison.Ordinal);
    }

    private static IEnumerable<string> OpenFiles()
    {
        for (var descriptor = 0; descriptor < 4096; descriptor++)
        {
            if (new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}")).LinkTarget is { } target)
                yield return target;
        }
    }
}
