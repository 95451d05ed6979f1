using System.Globalization;
using System.Runtime.InteropServices;
using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Databases.Moving;
using Nebula.Server.Logging;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Moves a database to another placement while it is served. Ends with 0 only when the new copy was verified and has taken over; whatever else ends it, the database is where it was.</summary>
internal static class MoveCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct) => OperatorFaults.RunAsync(token => RunCoreAsync(arguments, token), ct);

    private static async Task<int> RunCoreAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, "to");
        var (database, to) = (line.Single("the database, as <account-email>/<database>,"), line.Required("to"));
        if (line.Fault is { } fault)
        {
            await Console.Error.WriteLineAsync($"nebula move: {fault}\n\nUsage: nebula move <account-email>/<database> --to <placement>");
            return ExitCode.Usage;
        }

        var options = NebulaOptions.From(Variables.FromEnvironment());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        using var display = ProgressDisplay.OnConsole(TimeProvider.System);
        var progress = new MoveDisplay(display);
        try
        {
            return options.Postgres is not null
                ? await MoveHereAsync(options, database, to, display, progress, ending.Token)
                : await DataAccess.RunAsync(
                    options.Storage,
                    async (server, token) => await TellAsync(await server.MoveAsync(database, to, progress, token), to, display),
                    token => MoveHereAsync(options, database, to, display, progress, token),
                    TimeProvider.System,
                    ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            display.Dispose();
            await Console.Error.WriteLineAsync("nebula move: broken off; the database serves on where it was");
            return ExitCode.Failure;
        }
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true; // what was begun is undone first
        ending.Cancel();
    }

    private static async Task<int> MoveHereAsync(NebulaOptions options, string database, string to, ProgressDisplay display, MoveDisplay progress, CancellationToken ct)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(Worst(options.LogLevel), options.LogFormat, Console.OpenStandardError()));
        await using var storage = await EngineStart.StartAsync(options, loggers, ct);
        var moves = new MoveService(storage.Accounts, storage.Databases, storage.Mover, new AuditLog(storage.Audit));
        return await TellAsync(await moves.MoveAsync(database, to, progress, ct), to, display);
    }

    private static async Task<int> TellAsync(Result<MoveReport> outcome, string to, ProgressDisplay display)
    {
        display.Dispose();
        if (outcome.TryGet(out var report, out var error))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Moved to {to}: {report.Tables} tables with {report.Records:N0} records, verified. Writes waited {report.WritesWaited.TotalMilliseconds:N0} ms."));
            return ExitCode.Success;
        }

        await Console.Error.WriteLineAsync($"nebula move: {error.Message}{(error.Hint is { } hint ? $" {hint}" : "")}");
        return error.Code == ErrorCodes.InvalidParameter ? ExitCode.Usage : ExitCode.Failure;
    }

    /// <summary>The display tells how far it is; the log only what went wrong.</summary>
    private static LogLevel Worst(LogLevel level) => level > LogLevel.Warning ? level : LogLevel.Warning;
}
