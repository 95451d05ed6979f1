using System.Runtime.InteropServices;
using Nebula.Core;
using Nebula.Server.Logging;
using Nebula.Server.Operator;
using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server.Commands;

/// <summary>A command that works on the data and shows how far it is: through the server that runs on them, or by itself. Interrupted, it undoes what it began before it ends.</summary>
/// <param name="name">Of the command.</param>
/// <param name="brokenOff">What is told when it was interrupted, as part of a sentence.</param>
internal sealed class OperatorCommand<T>(string name, Func<string> brokenOff)
{
    /// <summary>Has the running server do it.</summary>
    public required Func<OperatorClient, ProgressDisplay, CancellationToken, Task<Result<T>>> Remote { get; init; }

    /// <summary>Does it here.</summary>
    public required Func<PlacedStorage, ProgressDisplay, CancellationToken, Task<Result<T>>> Local { get; init; }

    /// <summary>Writes what came of it, and gives the exit code.</summary>
    public required Func<T, int> Tell { get; init; }

    /// <summary>Whether it may make a data directory where there is none.</summary>
    public bool MakesData { get; init; }

    public async Task<int> RunAsync(NebulaOptions options, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        using var display = ProgressDisplay.OnConsole(TimeProvider.System);
        try
        {
            return options.Postgres is not null
                ? await RunHereAsync(options, display, ending.Token)
                : await DataAccess.RunAsync(
                    options.Storage,
                    MakesData,
                    async (server, token) => await TellAsync(await Remote(server, display, token), display),
                    token => RunHereAsync(options, display, token),
                    TimeProvider.System,
                    ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            display.Dispose();
            await Console.Error.WriteLineAsync($"nebula {name}: {brokenOff()}");
            return ExitCode.Failure;
        }
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true; // what was begun is undone first
        ending.Cancel();
    }

    private async Task<int> RunHereAsync(NebulaOptions options, ProgressDisplay display, CancellationToken ct)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(Worst(options.LogLevel), options.LogFormat, Console.OpenStandardError()));
        await using var storage = await EngineStart.StartAsync(options, loggers, ct);
        return await TellAsync(await Local(storage, display, ct), display);
    }

    private async Task<int> TellAsync(Result<T> outcome, ProgressDisplay display)
    {
        display.Dispose();
        if (outcome.TryGet(out var done, out var error))
            return Tell(done);
        await Console.Error.WriteLineAsync($"nebula {name}: {error.Message}{(error.Hint is { } hint ? $" {hint}" : "")}");
        return error.Code == ErrorCodes.InvalidParameter ? ExitCode.Usage : ExitCode.Failure;
    }

    /// <summary>The display tells how far it is; the log only what went wrong.</summary>
    private static LogLevel Worst(LogLevel level) => level > LogLevel.Warning ? level : LogLevel.Warning;
}
