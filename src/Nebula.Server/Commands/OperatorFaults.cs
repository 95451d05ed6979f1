using System.Net.Sockets;
using Nebula.Core;
using Nebula.Server.Options;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sqlite.Files;

namespace Nebula.Server.Commands;

/// <summary>What stops a command and the operator can mend: told in a sentence, since a stack trace would only hide what it says.</summary>
internal static class OperatorFaults
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, CancellationToken ct)
    {
        try
        {
            return await command(ct);
        }
        catch (InvalidOptionsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is DataDirectoryInUseException or MigrationException or NotSupportedException
            or UnavailableException or SocketException or UnauthorizedAccessException or IOException)
        {
            await Console.Error.WriteLineAsync($"nebula: {e.Message}");
            return ExitCode.Failure;
        }
    }
}
