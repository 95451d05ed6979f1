using Nebula.Core;
using Nebula.Core.Background;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Branching;
using Nebula.Core.Quotas;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of branches.</summary>
public abstract class BranchContract(StorageFixture storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_branch_is_the_same_database_and_independent()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        await database.Table("sales").DeleteAsync(5).Succeeds();

        var branch = await BranchAsync(tenant, database, "branch");

        foreach (var table in await database.ListTablesAsync())
            Assert.Equal(await database.Table(table.Name).ExportAsync("").Succeeds(), await branch.Table(table.Name).ExportAsync("").Succeeds());
        Assert.Equal((await database.ListTablesAsync()).Select(t => (t.Name, t.Columns.Count)), (await branch.ListTablesAsync()).Select(t => (t.Name, t.Columns.Count)));
        Assert.True((await branch.Table("sales").AddAsync("""{"country": "Peru"}""")).Id > 5);

        await branch.DropAsync("sales").Succeeds();
        await database.Table("artists").AddAsync("""{"name": "New"}""");
        Assert.Contains("sales", (await database.ListTablesAsync()).Select(t => t.Name));
        Assert.NotEqual((await database.Table("artists").ListAsync("")).Ids.Count, (await branch.Table("artists").ListAsync("")).Ids.Count);
    }

    [Fact]
    public async Task It_is_what_was_there_at_one_moment_while_others_write()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        var (one, other) = (await database.AddTableAsync("one", "n INTEGER"), await database.AddTableAsync("other", "n INTEGER"));
        var acknowledged = 0L;
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var n = 1; !stop.IsCancellationRequested; n++)
                {
                    await one.AddAsync($$"""{"n": {{n}}}""");
                    await other.AddAsync($$"""{"n": {{n}}}""");
                    Volatile.Write(ref acknowledged, n);
                }
            },
            Ct);

        try
        {
            for (var i = 0; i < 5; i++)
            {
                var least = i;
                await Eventually.IsTrue(() => Volatile.Read(ref acknowledged) > least, "something was written");
                var before = Volatile.Read(ref acknowledged);
                var branch = await BranchAsync(tenant, database, $"branch{i}");
                var (first, second) = (await CountAsync(branch, "one"), await CountAsync(branch, "other"));
                Assert.Equal((first.Count, second.Count), (first.Max, second.Max)); // nothing left out
                Assert.InRange(first.Count - second.Count, 0, 1); // in the order in which it was written
                Assert.True(second.Count >= before, "What was acknowledged before is missing.");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    [Fact]
    public async Task What_was_answered_by_the_source_is_not_answered_again_by_the_branch()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "n INTEGER");
        var once = IdempotentRequest.Of(tenant.Caller, "POST", "/records", "key-1", "{}"u8);
        await table.InsertOnceAsync("""{"n": 1}""", once).Succeeds();

        var branch = await BranchAsync(tenant, database, "branch");
        await branch.Table("items").InsertOnceAsync("""{"n": 1}""", IdempotentRequest.Of(tenant.Caller, "POST", "/records", "key-1", "{}"u8)).Succeeds();

        Assert.Equal(2, (await branch.Table("items").ListAsync("")).Ids.Count);
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_quota_that_is_used_up_are_refused()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();

        (await StartAsync(tenant, database, database.Database.Name.Value)).FailsWith(ErrorCodes.DatabaseExists);
        await storage.Services.Quotas.SetAsync(tenant.Id, [new(Quota.Databases, 1)], Ct);
        (await StartAsync(tenant, database, "branch")).FailsWith(ErrorCodes.QuotaExceeded);
        (await storage.Services.Branches.StartAsync(tenant.Caller, Some.Database("none"), Some.Database("branch"), Ct)).FailsWith(ErrorCodes.DatabaseNotFound);

        Assert.Single(await storage.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds());
    }

    [Fact]
    public async Task Of_branches_that_are_made_while_databases_are_no_more_are_made_than_allowed()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        await storage.Services.Quotas.SetAsync(tenant.Id, [new(Quota.Databases, 3)], Ct);

        var branching = StartAsync(tenant, database, "branch").AsTask();
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () => await storage.Services.Databases.CreateAsync(tenant.Caller, Some.Database($"d{i}"), Ct))));
        var isBranched = (await branching).TryGet(out _, out var error);

        Assert.True(isBranched || error?.Code == ErrorCodes.QuotaExceeded, error?.Code);
        Assert.Equal(3, made.Count(m => m.TryGet(out _, out _)) + (isBranched ? 1 : 0) + 1);
        Assert.Equal(3, await storage.Services.DatabaseStore.CountAsync(tenant.Id, Ct));
    }

    [Fact]
    public async Task What_came_of_one_whose_server_ended_is_known_by_its_copy_whatever_that_is_called()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var store = storage.Services.BranchStore;
        var begun = Some.Now(TimeProvider.System).AddMinutes(-2);
        async Task<WorkState> StateAsync(DatabaseId? made)
        {
            var branch = new Branch(Guid.CreateVersion7().ToString("D"), tenant.Id, database.Id, Some.Database("branch"), made, begun, new WorkStatus(WorkState.Running, begun));
            await store.SetAsync(branch, Ct);
            Assert.Equal(branch, await store.FindAsync(branch.Id, Ct));
            return (await storage.Services.Branches.GetAsync(tenant.Caller, database.Database.Name, branch.Id, Ct)).Succeeds().Status.State;
        }

        var other = await BranchAsync(tenant, database, "branch"); // the same name, and later
        Assert.Equal(WorkState.Failed, await StateAsync(await store.TakeIdAsync(Ct)));
        Assert.Equal(WorkState.Failed, await StateAsync(made: null));

        await storage.Services.Databases.RenameAsync(tenant.Caller, Some.Database("branch"), Some.Database("renamed"), Ct).Succeeds();
        Assert.Equal(WorkState.Done, await StateAsync(other.Id));
    }

    [Fact]
    public async Task A_copy_has_the_id_that_was_taken_for_it_and_nothing_else_gets_it()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var taken = await storage.Services.BranchStore.TakeIdAsync(Ct);
        var next = await tenant.AddDatabaseAsync();

        var copy = (await storage.Services.FileStore.BranchAsync(database.Database, tenant.Caller, taken, Some.Database("copy"), most: null, new Progress<double>(), Ct)).Succeeds();

        Assert.Equal(taken, copy.Id);
        Assert.True(next.Id.Value > taken.Value);
        Assert.True((await tenant.AddDatabaseAsync()).Id.Value > next.Id.Value);
    }

    [Fact]
    public async Task How_far_one_is_is_kept_and_forgotten_after_a_day()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var store = storage.Services.BranchStore;
        var now = Some.Now(TimeProvider.System).AddHours(-25);
        var branch = new Branch(Guid.CreateVersion7().ToString("D"), tenant.Id, new DatabaseId(7), Some.Database("copy"), new DatabaseId(8), now, new WorkStatus(WorkState.Running, now));

        await store.SetAsync(branch, Ct);
        Assert.Equal(branch, await store.FindAsync(branch.Id, Ct));
        var failed = branch with { Status = new WorkStatus(WorkState.Failed, now.AddSeconds(1)) { Progress = 0.25, Failure = new Error(ErrorCodes.StorageFull, "The disk is full.") } };
        await store.SetAsync(failed, Ct);
        Assert.Equal(failed, await store.FindAsync(branch.Id, Ct));

        await store.SetAsync(branch with { Id = Guid.CreateVersion7().ToString("D"), Status = branch.Status with { UpdatedAt = now.AddHours(25) } }, Ct);
        Assert.Null(await store.FindAsync(branch.Id, Ct));
        Assert.Null(await store.FindAsync("\0", Ct));
    }

    private ValueTask<Result<BranchStart>> StartAsync(Tenant tenant, TestDatabase database, string name) =>
        storage.Services.Branches.StartAsync(tenant.Caller, database.Database.Name, Some.Database(name), Ct);

    private async Task<TestDatabase> BranchAsync(Tenant tenant, TestDatabase database, string name)
    {
        var start = (await StartAsync(tenant, database, name)).Succeeds();
        while (start.Running is { } running)
        {
            var now = (await storage.Services.Branches.GetAsync(tenant.Caller, database.Database.Name, running.Id, Ct)).Succeeds();
            Assert.NotEqual(WorkState.Failed, now.Status.State);
            if (now.Status.State == WorkState.Done)
                break;
            await Task.Delay(20, Ct);
        }

        return await tenant.OpenDatabaseAsync(name);
    }

    private static async Task<(long Count, long Max)> CountAsync(TestDatabase database, string table)
    {
        using var rows = System.Text.Json.JsonDocument.Parse(await database.Table(table).AggregateAsync("select=count(),max(n)").Succeeds());
        var row = rows.RootElement[0];
        return (row.GetProperty("count").GetInt64(), row.GetProperty("max_n").ValueKind == System.Text.Json.JsonValueKind.Null ? 0 : row.GetProperty("max_n").GetInt64());
    }
}
