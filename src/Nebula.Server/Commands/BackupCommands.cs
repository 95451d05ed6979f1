using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Nebula.Api.Operator;
using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Server.Backups;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Makes, lists, verifies and restores backups. Each ends with 0 only when it did the whole of what it was asked for.</summary>
internal static class BackupCommands
{
    public static Task<int> CreateAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, "to");
        var request = new BackupRequest { Database = line.AtMostOne(), Place = PlaceOf(line.Optional("to")) };
        return RunAsync(
            line, "backup", "[<account-email>/<database>] [--to <directory or s3://bucket/prefix>]", request, "/backups",
            async (backups, progress, token) => BackupView.Of(await backups.CreateAsync(request.Place, request.Database, progress, token)), OperatorJson.Default.BackupView, TellMade, ct);
    }

    public static Task<int> ListAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, "from");
        line.None();
        var request = new BackupRequest { Place = PlaceOf(line.Optional("from")) };
        return RunAsync(
            line, "backups", "[--from <directory or s3://bucket/prefix>]", request, "/backups/list",
            async (backups, _, token) => BackupListView.Of(await backups.ListAsync(request.Place, token)), OperatorJson.Default.BackupListView, TellList, ct);
    }

    public static Task<int> VerifyAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, "from");
        var request = new BackupRequest { Backup = line.Single("the id of a backup"), Place = PlaceOf(line.Optional("from")) };
        return RunAsync(
            line, "verify", "<backup> [--from <directory or s3://bucket/prefix>]", request, "/backups/verify",
            async (backups, progress, token) => BackupView.Of(await backups.VerifyAsync(request.Place, request.Backup, progress, token)), OperatorJson.Default.BackupView, TellVerified, ct);
    }

    public static Task<int> RestoreAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        if (HistoryCommand.IsMeant(arguments))
            return HistoryCommand.RunAsync(arguments, ct);
        var line = new CommandLine(arguments, ["from", "database", "as"], flags: ["overwrite", "skip-damaged"]);
        var request = new BackupRequest
        {
            Backup = line.Single("the id of a backup"),
            Place = PlaceOf(line.Optional("from")),
            Database = line.Optional("database"),
            Name = line.Optional("as"),
            Overwrites = line.Has("overwrite"),
            SkipsDamaged = line.Has("skip-damaged"),
        };
        return RunAsync(
            line, "restore", "<backup> [--from <directory or s3://bucket/prefix>] [--skip-damaged | --database <account-email>/<database> [--as <name>] [--overwrite]]", request, "/backups/restore",
            async (backups, progress, token) => RestoreView.Of(await backups.RestoreAsync(request.ToRestore(), progress, token)), OperatorJson.Default.RestoreView, TellRestored, ct, makesData: request.Database is null);
    }

    private static Task<int> RunAsync<T>(
        CommandLine line, string name, string usage, BackupRequest request, string path, Func<BackupService, IProgress<BackupProgress>, CancellationToken, Task<Result<T>>> local, JsonTypeInfo<T> type,
        Func<T, int> tell, CancellationToken ct, bool makesData = false) => OperatorFaults.RunAsync(
        async token =>
        {
            if (line.Fault is { } fault)
            {
                await Console.Error.WriteLineAsync($"nebula {name}: {fault}\n\nUsage: nebula {name} {usage}");
                return ExitCode.Usage;
            }

            var options = NebulaOptions.From(Variables.FromEnvironment());
            return await new OperatorCommand<T>(name, () => "broken off; nothing was changed")
            {
                MakesData = makesData,
                Remote = (server, display, running) => server.RunAsync<BackupRequest, BackupStage, T>(
                    path, request, OperatorJson.Default.BackupRequest, (stage, done, total) => new BackupDisplay(display).Report(new(stage, done, total ?? 0)), type,
                    "The server ended before it was done.", running),
                Local = async (storage, display, running) =>
                {
                    using var places = new BackupPlaces(storage, options, TimeProvider.System);
                    return await local(new BackupService(places, storage.Accounts, storage.Databases, new AuditLog(storage.Audit), TimeProvider.System), new BackupDisplay(display), running);
                },
                Tell = tell,
            }.RunAsync(options, token);
        },
        ct);

    /// <summary>The server that is asked has another working directory.</summary>
    internal static string? PlaceOf(string? text) => text is null || text.Contains("://", StringComparison.Ordinal) ? text : Path.GetFullPath(text);

    private static int TellMade(BackupView backup)
    {
        Console.WriteLine($"Backed up as {backup.Id}: {Contents(backup)}, verified.");
        foreach (var skipped in backup.Skipped)
            Console.Error.WriteLine($"nebula backup: not backed up: {skipped}");
        return backup.Skipped.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static int TellVerified(BackupView backup)
    {
        Console.WriteLine($"{backup.Id} is whole: {Contents(backup)}.");
        return ExitCode.Success;
    }

    private static int TellList(BackupListView list)
    {
        foreach (var backup in list.Backups)
            Console.WriteLine(backup.Fault is { } fault ? $"{backup.Id}  can't be read: {fault}" : $"{backup.Id}  {Contents(backup)}{(backup.Skipped.Count > 0 ? $", {backup.Skipped.Count} missing" : "")}");
        return ExitCode.Success;
    }

    private static int TellRestored(RestoreView restored)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored {restored.Databases} databases with {restored.Rows:N0} records{(restored.Accounts > 0 ? $" and {restored.Accounts:N0} accounts" : "")}."));
        foreach (var missing in restored.Missing)
            Console.Error.WriteLine($"nebula restore: not restored: {missing}");
        return restored.Missing.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static string Contents(BackupView backup) => string.Create(
        CultureInfo.InvariantCulture, $"{backup.Database ?? $"all, {backup.Databases} databases"}, {backup.Rows:N0} records, {backup.StoredBytes:N0} bytes, from {backup.Engine}");
}
