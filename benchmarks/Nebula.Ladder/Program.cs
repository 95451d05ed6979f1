using Nebula.Ladder;
using Nebula.Ladder.Builds;
using Nebula.Ladder.Measuring;
using Nebula.Ladder.Report;
using Nebula.Ladder.Servers;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true; // the servers are to be stopped first
    stop.Cancel();
};

try
{
    if (args is ["--help" or "-h"])
    {
        Console.WriteLine(LadderOptions.Usage);
        return 0;
    }

    await RunAsync(LadderOptions.Parse(args), stop.Token);
    return 0;
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{LadderOptions.Usage}");
    return 2;
}
catch (Exception e) when (e is LadderException or OperationCanceledException or HttpRequestException)
{
    await Console.Error.WriteLineAsync($"The ladder stopped: {e.Message}");
    return 1;
}

static async Task RunAsync(LadderOptions options, CancellationToken ct)
{
    var repository = Repository.Find();
    if (new DriveInfo(options.DataDirectory).DriveFormat is "tmpfs" or "ramfs")
        await Console.Error.WriteLineAsync($"{options.DataDirectory} is in memory: syncing costs nothing there, and figures of writes mean nothing. Use --directory.");
    var publisher = new Publisher(repository);
    var builds = new List<Figures>();
    foreach (var build in options.Builds)
    {
        var baseline = await publisher.BaselineAsync(build, ct);
        var nebula = options switch
        {
            { HasServer: false } => null,
            { ServerDirectory: { } published } => Executable.Find(published, "nebula"),
            _ => await publisher.ServerAsync(build, ct),
        };

        var directory = Directory.CreateDirectory(Path.Combine(options.DataDirectory, $"nebula-ladder-{Guid.CreateVersion7():N}")).FullName;
        try
        {
            var figures = new Figures(build);
            await new BuildLadder(options, new Levels(baseline, nebula, directory), figures, directory).RunAsync(ct);
            builds.Add(figures);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date);
    var tables = Tables.Write(options, builds, today, isWhole: options.Only.Count == 0);
    Console.Write(tables);
    if (options.Write)
        Readme.Write(Path.Combine(repository, "benchmarks", "README.md"), tables);
}
