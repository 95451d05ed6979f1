using System.Net.Sockets;
using Nebula.Core;
using Nebula.Server.Logging;
using Nebula.Server.Options;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sqlite.Files;

namespace Nebula.Server.Commands;

/// <summary>Serves until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            // Read and checked here: a wrong setting stops the process, not the first request.
            var options = NebulaOptions.From(Variables.FromEnvironment());
            using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(options.LogLevel, options.LogFormat));
            await using var server = await NebulaServer.StartAsync(options, loggers, ct);
            await server.WaitForShutdownAsync(ct);
            return ExitCode.Success;
        }
        catch (InvalidOptionsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is DataDirectoryInUseException or MigrationException or NotSupportedException
            or UnavailableException or SocketException or UnauthorizedAccessException or IOException)
        {
            // The operator can mend each of these; a stack trace would only hide what it says.
            await Console.Error.WriteLineAsync($"nebula: {e.Message}");
            return ExitCode.Failure;
        }
    }
}
