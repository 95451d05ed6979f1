using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Importing;

public sealed class LostRightTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(2500)]
    public async Task An_import_whose_key_is_revoked_while_it_runs_adds_nothing(int rows)
    {
        var clock = new WatchedClock();
        await using var storage = await RunningStorage.StartAsync(clock: clock);
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("name TEXT");
        var (key, _) = await tenant.AddKeyAsync(table.Database.Database).Succeeds();
        var open = await new TestTable(table.Database, new KeyCaller(key), table.Name).OpenAsync().Succeeds();
        using var block = new RowBlock();
        for (var line = 1; line <= rows; line++)
        {
            using var draft = RecordDraft.ParseNew(open.Table, """{"name":"x"}"""u8).Succeeds();
            block.Add(draft.Stamped(clock.GetUtcNow(), isNew: true), line);
        }

        using var spool = storage.Storage.Imports.CreateSpool();
        clock.OnSecondLook = key.Revocation.Revoke; // the first is before the first row
        var imported = await storage.Storage.Imports.InsertAllAsync(open, spool, block, Ct);

        imported.FailsWith(ErrorCodes.Unauthenticated);
        Assert.Equal(0, await table.TotalAsync());
    }

    private sealed class WatchedClock : TimeProvider
    {
        private int _looks;

        public Action? OnSecondLook { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            if (OnSecondLook is { } act && Interlocked.Increment(ref _looks) == 2)
                act();
            return base.GetUtcNow();
        }
    }
}
