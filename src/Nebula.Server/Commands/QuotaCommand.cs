using System.Globalization;
using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Quotas;
using Nebula.Server.Logging;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Shows what an account may have and do, and sets what differs from what is configured for all.</summary>
internal static class QuotaCommand
{
    private const string Usage = "Usage: nebula quota <account-email> [--databases N] [--tables N] [--bytes N] [--rows N] [--requests N], where N is a number, 'unlimited' or 'default'";

    private static readonly (string Option, Quota Quota)[] _options =
        [("databases", Quota.Databases), ("tables", Quota.TablesPerDatabase), ("bytes", Quota.BytesPerDatabase), ("rows", Quota.RowsPerRequest), ("requests", Quota.RequestsPerMinute)];

    public static Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct) => OperatorFaults.RunAsync(token => RunCoreAsync(arguments, token), ct);

    private static async Task<int> RunCoreAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var line = new CommandLine(arguments, [.. _options.Select(o => o.Option)]);
        var account = line.Single("the account's e-mail address");
        var changes = Read(line);
        if (line.Fault is { } fault)
        {
            await Console.Error.WriteLineAsync($"nebula quota: {fault}\n\n{Usage}");
            return ExitCode.Usage;
        }

        var options = NebulaOptions.From(Variables.FromEnvironment());
        return options.Postgres is not null
            ? await ChangeHereAsync(options, account, changes, ct)
            : await DataAccess.RunAsync(
                options.Storage, makesData: false,
                async (server, token) => await TellAsync(await server.ChangeQuotasAsync(account, changes, token)),
                token => ChangeHereAsync(options, account, changes, token),
                TimeProvider.System,
                ct);
    }

    private static List<KeyValuePair<Quota, long?>> Read(CommandLine line)
    {
        var changes = new List<KeyValuePair<Quota, long?>>();
        foreach (var (option, quota) in _options)
        {
            if (line.Optional(option) is not { } text)
                continue;
            if (text is "default" or "unlimited")
                changes.Add(new(quota, text == "default" ? null : 0));
            else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bound) && bound > 0)
                changes.Add(new(quota, bound));
            else
                line.Refuse(option, "a number above 0, 'unlimited' or 'default'");
        }

        return changes;
    }

    private static async Task<int> ChangeHereAsync(NebulaOptions options, string account, IReadOnlyList<KeyValuePair<Quota, long?>> changes, CancellationToken ct)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddNebulaLogging(LogLevel.Warning, options.LogFormat, Console.OpenStandardError()));
        await using var storage = await EngineStart.StartAsync(options, loggers, ct);
        var quotas = new QuotaService(storage.Quotas, options.Quotas, storage.Databases, TimeProvider.System);
        return await TellAsync(await new AccountQuotas(storage.Accounts, quotas, new AuditLog(storage.Audit)).ChangeAsync(account, changes, ct));
    }

    private static async Task<int> TellAsync(Result<IReadOnlyList<QuotaReport>> outcome)
    {
        if (!outcome.TryGet(out var quotas, out var error))
        {
            await Console.Error.WriteLineAsync($"nebula quota: {error.Message}");
            return ExitCode.Failure;
        }

        foreach (var quota in quotas)
        {
            var bound = quota.Bound is { } number ? number.ToString(CultureInfo.InvariantCulture) : "unlimited";
            Console.WriteLine($"{QuotaNames.Of(quota.Quota),-20} {bound,16}{(quota.IsOwn ? "  set for this account" : "")}");
        }

        return ExitCode.Success;
    }
}
