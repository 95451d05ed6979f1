using Nebula.Ladder.Servers;
using Nebula.Ladder.Setup;

namespace Nebula.Ladder.Measuring;

/// <summary>How soon Nebula serves, and what it needs while it has nothing to do.</summary>
internal sealed class StartAndMemory(Levels levels, Figures figures)
{
    private const int Starts = 5;
    private const int Databases = 500;
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(2);

    /// <summary>With the data of the ladder; the median of a few starts.</summary>
    public async Task MeasureStartAsync(CancellationToken ct)
    {
        var times = new List<TimeSpan>();
        for (var start = 1; start <= Starts; start++)
        {
            await using var server = await levels.StartNebulaAsync(null, null, ct);
            times.Add(server.ReadyAfter);
            if (start < Starts)
                continue;
            await Task.Delay(_rest, ct);
            figures.IdleMegabytes = server.ResidentMegabytes;
        }

        figures.ReadyAfter = times.Order().ElementAt(Starts / 2);
    }

    /// <summary>What each of some hundred databases adds that were opened by a read and then left alone.</summary>
    public async Task MeasureOpenDatabasesAsync(Server server, Client client, ManyDatabases databases, CancellationToken ct)
    {
        // The paths that are taken anyway must not count for the databases.
        for (var i = 0; i < Databases; i++)
            await client.SendAsync(databases.Touch(1), ct);
        await Task.Delay(_rest, ct);
        var before = server.ResidentMegabytes;
        await client.SendAllAsync(Enumerable.Range(2, Databases).Select(databases.Touch), ct);
        await Task.Delay(_rest, ct);
        figures.MegabytesPerOpenDatabase = (server.ResidentMegabytes - before) / Databases;
    }
}
