using System.Diagnostics;
using System.Text.Json.Nodes;
using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;
using Nebula.Ladder.Setup;

namespace Nebula.Ladder.Measuring;

/// <summary>How fast a large database is copied, and what single inserts into it notice of that.</summary>
internal sealed class CopyRates(Figures figures, Server server, Client client, string authorization, LadderOptions options)
{
    private const int Connections = 64;
    private const string Branch = "copy";

    /// <summary>The disk is still busy with the import.</summary>
    private static readonly TimeSpan _afterImport = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>So that all of a copy's stages are in it.</summary>
    private readonly TimeSpan _duration = TimeSpan.FromSeconds(Math.Max(15, 4 * options.Duration.TotalSeconds));

    /// <param name="inserts">Single inserts into the large database.</param>
    public async Task MeasureAsync(LargeDatabase large, RequestFile inserts, CancellationToken ct)
    {
        await large.CreateAsync(client, ct);
        await Wrk.RunAsync(server, inserts, Connections, _afterImport, ct);
        for (var round = 1; round <= options.Rounds; round++)
        {
            figures.Add(Row.LargeInsert, Connections, await Wrk.RunAsync(server, inserts, Connections, _duration, ct));
            await MeasureAsync(large, Row.BranchedInsert, Row.Branch, inserts, BranchAsync, ct);
            await MeasureAsync(large, Row.BackedUpInsert, Row.Backup, inserts, BackUpAsync, ct);
        }
    }

    /// <summary>Copies again and again as long as the load goes on. The best copy counts, but not one that had the machine for itself at its end, unless there is no other.</summary>
    private async Task MeasureAsync(LargeDatabase large, Row beside, Row rate, RequestFile inserts, Func<CancellationToken, Task<TimeSpan>> copyAsync, CancellationToken ct)
    {
        var load = Wrk.RunAsync(server, inserts, Connections, _duration, ct);
        while (!load.IsCompleted)
        {
            var bytes = await large.GetBytesAsync(client, ct);
            var elapsed = await copyAsync(ct);
            if (!load.IsCompleted || figures.Rate(rate) is null)
                figures.AddRate(rate, bytes / 1e6 / elapsed.TotalSeconds);
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
