using Nebula.Server.Logging;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Brings the metadata to the schema of this program and ends: what each start does too, for those who want it done once before any server starts.</summary>
internal static class MigrateCommand
{
    public static Task<int> RunAsync(CancellationToken ct) => OperatorFaults.RunAsync(RunCoreAsync, ct);

    private static async Task<int> RunCoreAsync(CancellationToken ct)
    {
        var options = NebulaOptions.From(Variables.FromEnvironment());
        using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(options.LogLevel, options.LogFormat));
        await using var storage = await EngineStart.StartAsync(options, loggers, ct);
        Console.WriteLine($"The metadata in {storage.Location} is up to date.");
        return ExitCode.Success;
    }
}
