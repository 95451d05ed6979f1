using System.Diagnostics;
using System.Text.Json.Nodes;
using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;
using Nebula.Ladder.Setup;

namespace Nebula.Ladder.Measuring;

/// <summary>How fast a large database is copied, and what single inserts into it notice of that.</summary>
internal sealed class CopyRates(Figures figures, Server server, Client client, string authorization, TimeSpan duration)
{
    private const int Connections = 64;
    private const string Branch = "copy";
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(50);

    /// <param name="inserts">Single inserts into the large database.</param>
    public async Task MeasureAsync(LargeDatabase large, RequestFile inserts, CancellationToken ct)
    {
        await large.CreateAsync(client, ct);
        await Wrk.RunAsync(server, inserts, Connections, TimeSpan.FromSeconds(1), ct);
        figures.Add(Row.LargeInsert, Connections, await Wrk.RunAsync(server, inserts, Connections, duration, ct));
        await MeasureAsync(large, Row.BranchedInsert, Row.Branch, inserts, BranchAsync, ct);
        await MeasureAsync(large, Row.BackedUpInsert, Row.Backup, inserts, BackUpAsync, ct);
    }

    /// <summary>Copies again and again as long as the load goes on; the best copy counts.</summary>
    private async Task MeasureAsync(LargeDatabase large, Row beside, Row rate, RequestFile inserts, Func<CancellationToken, Task<TimeSpan>> copyAsync, CancellationToken ct)
    {
        var load = Wrk.RunAsync(server, inserts, Connections, duration, ct);
        while (!load.IsCompleted)
        {
            var bytes = await large.GetBytesAsync(client, ct);
            figures.AddRate(rate, bytes / 1e6 / (await copyAsync(ct)).TotalSeconds);
        }

        figures.Add(beside, Connections, await load);
    }

    private async Task<TimeSpan> BranchAsync(CancellationToken ct)
    {
        var path = $"/api/v1/databases/{LargeDatabase.Name}/branches";
        var watch = Stopwatch.StartNew();
        var started = JsonNode.Parse(await client.SendAsync(new Request("POST", path, $$"""{"db_name":"{{Branch}}"}""", authorization), ct));
        if (started?["branch_id"]?.GetValue<string>() is { } id)
            await UntilAsync("done", $"{path}/{id}", ct);
        var elapsed = watch.Elapsed;
        await client.SendAsync(new Request("DELETE", $"/api/v1/databases/{Branch}", null, authorization), ct);
        return elapsed;
    }

    /// <summary>Written, compressed, read back and checked.</summary>
    private async Task<TimeSpan> BackUpAsync(CancellationToken ct)
    {
        var path = $"/api/v1/account/databases/{LargeDatabase.Name}/backups";
        var watch = Stopwatch.StartNew();
        var id = await client.GetTextAsync(new Request("POST", path, null, authorization), "backup_id", ct);
        await UntilAsync("complete", $"{path}/{id}", ct);
        var elapsed = watch.Elapsed;
        await client.SendAsync(new Request("DELETE", $"{path}/{id}", null, authorization), ct);
        return elapsed;
    }

    private async Task UntilAsync(string wanted, string path, CancellationToken ct)
    {
        while (true)
        {
            var state = await client.GetTextAsync(new Request("GET", path, null, authorization), "state", ct);
            if (state == wanted)
                return;
            if (state != "running")
                throw new LadderException($"{path} is {state}.");
            await Task.Delay(_betweenLooks, ct);
        }
    }
}
