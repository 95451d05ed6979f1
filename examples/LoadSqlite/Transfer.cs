using LoadSqlite.Output;
using LoadSqlite.Plan;
using LoadSqlite.Server;
using LoadSqlite.Source;

namespace LoadSqlite;

/// <summary>The whole way of a file: plan, account, database and key, tables and rows, comparison.</summary>
internal sealed class Transfer(Options options, TextWriter output, TextWriter progress, TimeProvider time)
{
    private readonly Report _report = new(output);

    /// <summary>True if everything that the file has is in Nebula, and equal.</summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        var startedAt = time.GetTimestamp();
        using var source = SourceFile.Open(options.File);
        using var client = new NebulaClient(options.Url, options.Parallel, time);
        await client.PingAsync(ct);

        var plan = LoadPlan.Make(source, ct);
        if (plan.Refusals.Count > 0 && !options.KeepGoing)
        {
            var refusals = string.Join("\n  ", plan.Refusals);
            throw new InputException($"These can't be carried over without loss (--keep-going leaves them out):\n  {refusals}");
        }

        await OpenDatabaseAsync(client, ct);
        _report.Tell(plan, options);

        var loader = new Loader(client, options);
        await loader.CreateTablesAsync(plan.Tables, ct);
        TimeSpan loading;
        using (var bar = Bar("loading", plan.Rows, client))
        {
            await loader.LoadAsync(source, plan.Tables, bar, ct);
            loading = bar.Elapsed;
        }

        _report.Tell("refused", loader.Refused);
        var tables = await CompareAsync(source, plan, client, ct);
        _report.Tell(tables, loading, time.GetElapsedTime(startedAt));
        if (plan.Refusals.Count > 0)
            output.WriteLine($"NOT complete: {plan.Refusals.Count} left out, see above");
        return plan.Refusals.Count == 0 && loader.Refusals == 0 && tables.All(t => t.IsEqual);
    }

    private async Task OpenDatabaseAsync(NebulaClient client, CancellationToken ct)
    {
        if (options.SignUp)
            await client.SignUpAsync(options.Email, options.Username ?? options.Email, options.Password, ct);
        await client.LogInAsync(options.Email, options.Password, ct);
        await client.CreateDatabaseAsync(options.Database, ct);
        await client.CreateKeyAsync(options.Database, ct);
    }

    private async Task<List<TableComparison>> CompareAsync(SourceFile source, LoadPlan plan, NebulaClient client, CancellationToken ct)
    {
        var comparer = new Comparer(client, options);
        var tables = new List<TableComparison>();
        using var bar = Bar("comparing", plan.Rows, client);
        foreach (var table in plan.Tables)
            tables.Add(await comparer.CompareAsync(source, table, bar, ct));
        return tables;
    }

    private ProgressBar Bar(string step, long rows, NebulaClient client) =>
        new(progress, isTerminal: !Console.IsErrorRedirected, step, rows, client.Pause, time);
}
