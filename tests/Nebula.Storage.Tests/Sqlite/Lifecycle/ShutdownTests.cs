using System.Collections.Concurrent;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Lifecycle;

public sealed class ShutdownTests
{
    [Fact]
    public async Task What_was_acknowledged_before_the_end_is_there_and_nobody_waits_for_ever()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        for (var round = 0; round < 5; round++)
        {
            var acknowledged = new ConcurrentBag<long>();
            var before = await table.TotalAsync();
            var present = table;
            var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while ((await present.InsertAsync("""{"n": 1}""")).TryGet(out var row, out var error) || Ends(error))
                    acknowledged.Add(row!.Id);
            })).ToArray();
            await Task.Delay(50, TestContext.Current.CancellationToken);

            await storage.StopAsync();
            await Eventually.Ends(Task.WhenAll(writers).ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default));
            await storage.StartAsync();

            table = table.Database.On(storage.Services).Table("items");
            Assert.Equal(before + acknowledged.Count, await table.TotalAsync());
        }

        static bool Ends(Error error)
        {
            Assert.Equal(ErrorCodes.Unavailable, error.Code);
            return false;
        }
    }

    [Fact]
    public async Task Writes_that_wait_for_another_program_do_not_keep_the_server_from_ending()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromSeconds(1) });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");

        using (new WriteLock(storage.PathOf(table.Database.Database)))
        {
            var waiting = Enumerable.Range(0, 20).Select(_ => table.InsertAsync("""{"n": 1}""").AsTask()).ToArray();

            await storage.StopAsync();

            Assert.All(await Eventually.Ends(Task.WhenAll(waiting)), o => Assert.Contains(o.Code(), new[] { ErrorCodes.Busy, ErrorCodes.Unavailable }));
        }

        await storage.StartAsync();
        Assert.Equal(0, await table.Database.On(storage.Services).Table("items").TotalAsync());
    }

    [Fact]
    public async Task After_the_end_the_files_hold_everything_and_no_log_is_left()
    {
        await using var storage = await RunningStorage.StartAsync();
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");

        await storage.StopAsync();

        Assert.Empty(Directory.GetFiles(storage.Directory.Path, "*-wal", SearchOption.AllDirectories));
        using var program = storage.OpenFile(table.Database.Database);
        Assert.Equal(1, program.Integer("SELECT count(*) FROM items"));
    }
}
