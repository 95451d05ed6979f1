using Nebula.Server.Logging;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Serves until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Task<int> RunAsync(CancellationToken ct) => OperatorFaults.RunAsync(RunCoreAsync, ct);

    private static async Task<int> RunCoreAsync(CancellationToken ct)
    {
        // Read and checked here: a wrong setting stops the process, not the first request.
        var options = NebulaOptions.From(Variables.FromEnvironment());
        using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(options.LogLevel, options.LogFormat));
        await using var server = await NebulaServer.StartAsync(options, loggers, ct);
        await server.WaitForShutdownAsync(ct);
        return ExitCode.Success;
    }
}
