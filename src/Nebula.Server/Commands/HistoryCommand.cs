using Nebula.Api.Operator;
using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Server.Backups;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Brings a database back to a moment as a new one, or everything into an empty server. Ends with 0 only when nothing is missing of what was asked for.</summary>
internal static class HistoryCommand
{
    private const string Usage = "nebula restore --at <RFC 3339 time> [--from <directory or s3://bucket/prefix>] [--database <account-email>/<database> --as <name>]";

    /// <summary>Whether what is to be restored is a moment, not a backup.</summary>
    public static bool IsMeant(IReadOnlyList<string> arguments) => arguments.Any(a => a == "--at" || a.StartsWith("--at=", StringComparison.Ordinal));

    public static Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct) => OperatorFaults.RunAsync(token => RunCoreAsync(arguments, token), ct);

    private static async Task<int> RunCoreAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, "at", "from", "database", "as");
        line.None();
        var request = new HistoryView(line.Required("at"), BackupCommands.PlaceOf(line.Optional("from")), line.Optional("database"), line.Optional("as"));
        if (line.Fault is { } fault)
        {
            await Console.Error.WriteLineAsync($"nebula restore: {fault}\n\nUsage: {Usage}");
            return ExitCode.Usage;
        }

        var options = NebulaOptions.From(Variables.FromEnvironment());
        return await new OperatorCommand<RestoredHistoryView>("restore", () => "broken off; nothing was changed")
        {
            MakesData = request.Database is null,
            Remote = (server, display, running) => server.RunAsync<HistoryView, BackupStage, RestoredHistoryView>(
                "/histories/restore", request, OperatorJson.Default.HistoryView, (stage, done, total) => new BackupDisplay(display).Report(new(stage, done, total ?? 0)),
                OperatorJson.Default.RestoredHistoryView, "The server ended before it was done.", running),
            Local = async (storage, display, running) =>
            {
                using var places = new BackupPlaces(storage, options, TimeProvider.System);
                return RestoredHistoryView.Of(
                    await new HistoryService(places, storage.Accounts, storage.Databases, new AuditLog(storage.Audit)).RestoreAsync(request.ToRequest(), new BackupDisplay(display), running));
            },
            Tell = Tell,
        }.RunAsync(options, ct);
    }

    private static int Tell(RestoredHistoryView restored)
    {
        Console.WriteLine($"Restored {restored.Databases} {(restored.Databases == 1 ? "database" : "databases")}, as of the last commit before the moment, at {Timestamps.ToText(restored.AsOf)}.");
        foreach (var gap in restored.Gaps)
            Console.Error.WriteLine($"nebula restore: a gap in {gap}");
        foreach (var missing in restored.Missing)
            Console.Error.WriteLine($"nebula restore: not restored: {missing}");
        return restored.Missing.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
