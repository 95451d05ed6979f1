using Nebula.Ladder.Load;
using Nebula.Ladder.Measuring;
using Nebula.Ladder.Servers;
using Nebula.Ladder.Setup;

namespace Nebula.Ladder;

/// <summary>The whole ladder for one build.</summary>
internal sealed class BuildLadder(LadderOptions options, Levels levels, Figures figures, string directory)
{
    /// <summary>A login is bound by its hash, which takes a core for tens of milliseconds.</summary>
    private static readonly int[] _loginConnections = [4];

    private readonly Rounds _rounds = new(options, figures);
    private readonly Items _raw = new("bench", null);

    public async Task RunAsync(CancellationToken ct)
    {
        if (options.Includes("in-process"))
            await MeasureInProcessAsync(ct);
        var account = await MeasureRoundsAsync(ct);
        if (account is not null && (options.Includes("query") || options.Includes("import")))
            await MeasureQueriesAsync(account, ct);
        if (account is not null && options.Includes("copies"))
            await MeasureCopiesAsync(account, ct);
        if (options.Includes("postgres"))
            await MeasurePostgresAsync(ct);
        if (account is not null && options.Includes("start"))
            await new StartAndMemory(levels, figures).MeasureStartAsync(ct);
        if (account is not null && (options.Includes("mixed") || options.Includes("start")))
            await MeasureManyDatabasesAsync(new ManyDatabases(account.Jwt), ct);
        if (options.Includes("syncs"))
            await MeasureSyncsAsync(account, ct);
    }

    private async Task MeasureInProcessAsync(CancellationToken ct)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            var rates = await levels.InProcessAsync(options.Duration / 2, ct);
            figures.AddRate(Row.Syncs, rates["syncs"]);
            figures.AddRate(Row.PointReads, rates["point_reads"]);
            figures.AddRate(Row.AutocommitInserts, rates["autocommit_inserts"]);
            figures.AddRate(Row.GroupInserts, rates["group_inserts"]);
            figures.AddRate(Row.UnsyncedGroupInserts, rates["unsynced_group_inserts"]);
        }
    }

    /// <summary>The workloads on one database, at all levels in turns.</summary>
    private async Task<Account?> MeasureRoundsAsync(CancellationToken ct)
    {
        await using var constant = await levels.StartConstantAsync(ct);
        await using var synced = await levels.StartSqliteAsync("sqlite", isSynced: true, null, ct);
        await using var unsynced = await levels.StartSqliteAsync("sqlite-unsynced", isSynced: false, null, ct);
        await using var nebula = levels.HasNebula ? await levels.StartNebulaAsync(null, null, ct) : null;
        foreach (var server in new[] { synced, unsynced })
        {
            using var client = new Client(server);
            await client.SendAllAsync(Enumerable.Range(1, Items.Count).Select(_raw.Insert), ct);
        }

        Account? account = null;
        if (nebula is not null)
        {
            using var client = new Client(nebula);
            account = await Account.CreateAsync(client, ct);
        }

        List<Step> steps = [];
        // Only at the levels 2 and 3 of these workloads is there anything to divide by.
        if (options.Only.Count == 0 || options.Only.Intersect(["get", "list", "insert", "update"]).Any())
            steps.Add(new Step(Row.Constant, constant, Requests("constant", [new Request("GET", "/constant")])));
        steps.AddRange(RawSteps(synced, unsynced));
        if (nebula is not null && account is not null)
            steps.AddRange(NebulaSteps(nebula, account));
        await MeasureSizesAsync(nebula ?? synced, account, ct);
        await _rounds.MeasureAsync([.. steps.OrderBy(step => Group(step.Row))], ct);
        return account;
    }

    private IEnumerable<Step> RawSteps(Server synced, Server unsynced)
    {
        if (options.Includes("get"))
            yield return new Step(Row.GetRaw, synced, Requests("raw-get", _raw.Gets()));
        if (options.Includes("list"))
        {
            yield return new Step(Row.ListRaw, synced, Requests("raw-list", _raw.List("")));
            yield return new Step(Row.ListSomeRaw, synced, Requests("raw-list-some", _raw.List(Items.ElevenKilobytes)));
        }

        if (options.Includes("insert"))
        {
            yield return new Step(Row.InsertRaw, synced, Requests("raw-insert", _raw.Inserts()));
            yield return new Step(Row.InsertUnsynced, unsynced, Requests("raw-insert", _raw.Inserts()));
        }

        if (options.Includes("update"))
            yield return new Step(Row.UpdateRaw, synced, Requests("raw-update", _raw.Updates()));
    }

    private IEnumerable<Step> NebulaSteps(Server nebula, Account account)
    {
        var byKey = new Items("bench", account.ApiKey);
        if (options.Includes("get"))
        {
            yield return new Step(Row.GetByKey, nebula, Requests("get-key", byKey.Gets()));
            yield return new Step(Row.GetByToken, nebula, Requests("get-jwt", new Items("bench", account.Jwt).Gets()));
        }

        if (options.Includes("list"))
        {
            yield return new Step(Row.List, nebula, Requests("list", byKey.List(Items.NoTotal)));
            yield return new Step(Row.ListWithTotal, nebula, Requests("list-total", byKey.List("&count=exact")));
            yield return new Step(Row.ListSome, nebula, Requests("list-some", byKey.List(Items.NoTotal + Items.ElevenKilobytes)));
        }

        if (options.Includes("insert"))
            yield return new Step(Row.Insert, nebula, Requests("insert", byKey.Inserts()));
        if (options.Includes("update"))
            yield return new Step(Row.Update, nebula, Requests("update", byKey.Updates()));
        if (options.Includes("query"))
            yield return new Step(Row.Batch, nebula, Requests("batch", new Sales(account.ApiKey).Batches()));
        if (options.Includes("login"))
            yield return new Step(Row.Login, nebula, Requests("login", [Account.Login]), _loginConnections);
    }

    /// <summary>Questions to 100,000 records, which come in as CSV.</summary>
    private async Task MeasureQueriesAsync(Account account, CancellationToken ct)
    {
        await using var nebula = await levels.StartNebulaAsync(null, null, ct);
        using var client = new Client(nebula);
        await new ImportRates(figures, directory).MeasureAsync(client, account.Jwt, options.Rounds, ct);
        if (!options.Includes("query"))
            return;
        var sales = new Sales(account.Jwt);
        var cursor = await client.GetCursorAsync(sales.BeforeDepth(), ct);
        await _rounds.MeasureAsync(
            [
                new Step(Row.FilterIndexed, nebula, Requests("filter-indexed", sales.Indexed())),
                new Step(Row.FilterUnindexed, nebula, Requests("filter-unindexed", sales.Unindexed())),
                new Step(Row.FirstPage, nebula, Requests("page-first", sales.FirstPage())),
                new Step(Row.DeepPage, nebula, Requests("page-deep", sales.DeepPage(cursor))),
                new Step(Row.Aggregate, nebula, Requests("aggregate", sales.Aggregate())),
            ],
            ct);
    }

    /// <summary>Copies of a large database while it is written.</summary>
    private async Task MeasureCopiesAsync(Account account, CancellationToken ct)
    {
        await using var nebula = await levels.StartNebulaAsync(null, null, ct);
        using var client = new Client(nebula, TimeSpan.FromMinutes(5));
        var large = new LargeDatabase(account.Jwt, directory);
        await new CopyRates(figures, nebula, client, account.Jwt, options).MeasureAsync(large, Requests("large-insert", large.Items.Inserts()), ct);
        await client.SendAsync(new Request("DELETE", $"/api/v1/databases/{LargeDatabase.Name}", null, account.Jwt), ct);
    }

    /// <summary>The workloads of one record and of a list on PostgreSQL, whose own processes share the machine too.</summary>
    private async Task MeasurePostgresAsync(CancellationToken ct)
    {
        await using var postgres = await PostgresCluster.StartAsync(directory, ct);
        await using var raw = await levels.StartRawPostgresAsync(postgres, ct);
        await using var nebula = levels.HasNebula ? await levels.StartNebulaOnPostgresAsync(postgres, ct) : null;
        using (var client = new Client(raw))
            await client.SendAllAsync(Enumerable.Range(1, Items.Count).Select(_raw.Insert), ct);
        List<Step> steps =
        [
            new(Row.PostgresGetRaw, raw, Requests("raw-get", _raw.Gets())),
            new(Row.PostgresListRaw, raw, Requests("raw-list", _raw.List(""))),
            new(Row.PostgresInsertRaw, raw, Requests("raw-insert", _raw.Inserts())),
            new(Row.PostgresUpdateRaw, raw, Requests("raw-update", _raw.Updates())),
        ];
        if (nebula is not null)
        {
            using var client = new Client(nebula);
            var items = new Items("bench", (await Account.CreateAsync(client, ct)).ApiKey);
            steps.Add(new Step(Row.PostgresGet, nebula, Requests("postgres-get", items.Gets())));
            steps.Add(new Step(Row.PostgresList, nebula, Requests("postgres-list", items.List(Items.NoTotal))));
            steps.Add(new Step(Row.PostgresListWithTotal, nebula, Requests("postgres-list-total", items.List("&count=exact"))));
            steps.Add(new Step(Row.PostgresInsert, nebula, Requests("postgres-insert", items.Inserts())));
            steps.Add(new Step(Row.PostgresUpdate, nebula, Requests("postgres-update", items.Updates())));
        }

        await _rounds.MeasureAsync([.. steps.OrderBy(step => Group(step.Row)).Select(step => step with { HasOthers = true })], ct);
    }

    /// <summary>The mixed workload, first with room for all databases, then with Nebula's own limit, and what an open one costs.</summary>
    private async Task MeasureManyDatabasesAsync(ManyDatabases databases, CancellationToken ct)
    {
        var requests = Requests("mixed", databases.Mixed());
        // One more than these, for the database of the other workloads.
        await using (var nebula = await levels.StartNebulaAsync(ManyDatabases.Count + 1, null, ct))
        {
            using var client = new Client(nebula);
            await databases.CreateAsync(client, ct);
        }

        await using (var nebula = await levels.StartNebulaAsync(ManyDatabases.Count + 1, null, ct))
        {
            using var client = new Client(nebula);
            if (options.Includes("start"))
                await new StartAndMemory(levels, figures).MeasureOpenDatabasesAsync(nebula, client, databases, ct);
            if (!options.Includes("mixed"))
                return;
            await client.SendAllAsync(Enumerable.Range(1, ManyDatabases.Count).Select(databases.Touch), ct);
            await _rounds.MeasureAsync([new Step(Row.MixedAllOpen, nebula, requests)], ct);
        }

        await using (var nebula = await levels.StartNebulaAsync(null, null, ct))
            await _rounds.MeasureAsync([new Step(Row.MixedDefault, nebula, requests)], ct);
    }

    private async Task MeasureSyncsAsync(Account? account, CancellationToken ct)
    {
        var connections = options.Connections.Max();
        var duration = TimeSpan.FromSeconds(Math.Min(3, options.Duration.TotalSeconds));
        figures.AddWritesPerSync(Row.InsertRaw, await SyncCount.WritesPerSyncAsync(
            trace => levels.StartSqliteAsync("sqlite-traced", isSynced: true, trace, ct),
            Requests("raw-insert", _raw.Inserts()), Path.Combine(directory, "raw.trace"), connections, duration, ct));
        if (account is not null)
        {
            figures.AddWritesPerSync(Row.Insert, await SyncCount.WritesPerSyncAsync(
                trace => levels.StartNebulaAsync(null, trace, ct),
                Requests("insert", new Items("bench", account.ApiKey).Inserts()), Path.Combine(directory, "nebula.trace"), connections, duration, ct));
        }
    }

    private async Task MeasureSizesAsync(Server server, Account? account, CancellationToken ct)
    {
        using var client = new Client(server);
        var items = new Items("bench", account?.ApiKey);
        var noTotal = account is null ? "" : Items.NoTotal;
        figures.RecordBytes = (await client.SendAsync(items.Get(Items.Count / 2), ct)).Length;
        figures.ListBytes = (await client.SendAsync(items.List(noTotal).First(), ct)).Length;
        figures.ListSomeBytes = (await client.SendAsync(items.List(noTotal + Items.ElevenKilobytes).First(), ct)).Length;
    }

    // Levels of one workload one right after the other: as they stand in the table.
    private static int Group(Row row) => Row.All.ToList().IndexOf(row);

    private RequestFile Requests(string name, IEnumerable<Request> requests) => RequestFile.Write(directory, name, requests);
}
