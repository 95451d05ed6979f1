using System.Globalization;
using Nebula.Api.Operator;
using Nebula.Core.Auditing;
using Nebula.Core.Databases.Moving;
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

        var last = MoveStage.Preparing;
        return await new OperatorCommand<MoveView>("move", () => last == MoveStage.Cleaning
            ? "interrupted; the database has moved, and the server removes the old copy"
            : "broken off; the database serves on where it was")
        {
            Remote = (server, display, token) => server.RunAsync<MoveRequest, MoveStage, MoveView>(
                "/moves", new MoveRequest(database, to), OperatorJson.Default.MoveRequest, (stage, done, total) => new MoveDisplay(display).Report(new(last = stage, done, total)), OperatorJson.Default.MoveView,
                "The server ended before the move did. It says in its log, or when it starts again, what came of it.", token),
            Local = async (storage, display, token) => MoveView.Of(
                await new MoveService(storage.Accounts, storage.Databases, storage.Mover, new AuditLog(storage.Audit)).MoveAsync(database, to, new MoveDisplay(display), token)),
            Tell = moved =>
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"Moved to {to}: {moved.Tables} tables with {moved.Records:N0} records, verified. Writes waited {moved.WritesWaitedMs:N0} ms."));
                return ExitCode.Success;
            },
        }.RunAsync(NebulaOptions.From(Variables.FromEnvironment()), ct);
    }
}
