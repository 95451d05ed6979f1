using System.Globalization;
using Nebula.Ladder.Builds;

namespace Nebula.Ladder.Servers;

/// <summary>Starts the servers of the levels 2, 3 and 4 on free ports, each with a directory of its own.</summary>
/// <param name="nebula">Null when it is left out.</param>
internal sealed class Levels(Executable baseline, Executable? nebula, string directory)
{
    private static readonly Dictionary<string, string> _none = [];

    // The same at each start, so that tokens outlive a restart. It guards nothing but a directory that is deleted when the run ends.
    private readonly string _secret = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public bool HasNebula => nebula is not null;

    /// <summary>L2.</summary>
    public Task<Server> StartConstantAsync(CancellationToken ct) => StartBaselineAsync("constant", port => ["constant", port], null, ct);

    /// <summary>L3.</summary>
    public Task<Server> StartSqliteAsync(string name, bool isSynced, string? traceSyncsTo, CancellationToken ct)
    {
        Directory.CreateDirectory(InDirectory(name));
        return StartBaselineAsync(name, port => ["sqlite", port, ".", isSynced ? "synced" : "unsynced"], traceSyncsTo, ct);
    }

    /// <summary>L3 on PostgreSQL.</summary>
    public Task<Server> StartRawPostgresAsync(PostgresCluster postgres, CancellationToken ct) =>
        StartBaselineAsync("postgres", port => ["postgres", port, postgres.ConnectionString], null, ct);

    /// <summary>L4. Every start opens the same data.</summary>
    /// <param name="maxOpenDatabases">Null leaves Nebula's default.</param>
    public Task<Server> StartNebulaAsync(int? maxOpenDatabases, string? traceSyncsTo, CancellationToken ct)
    {
        var variables = new Dictionary<string, string> { ["DATABASE_DIRECTORY"] = InDirectory("nebula/data") };
        if (maxOpenDatabases is { } open)
            variables["NEBULA_MAX_OPEN_DATABASES"] = Text(open);
        return StartNebulaAsync("nebula", variables, traceSyncsTo, ct);
    }

    /// <summary>L4 on PostgreSQL, with Nebula's own size of its pool.</summary>
    public Task<Server> StartNebulaOnPostgresAsync(PostgresCluster postgres, CancellationToken ct) =>
        StartNebulaAsync("nebula-postgres", new Dictionary<string, string> { ["NEBULA_STORAGE"] = "postgres", ["DATABASE_URL"] = postgres.Url }, null, ct);

    /// <summary>L0 and L1: what the baseline says about this machine without HTTP, by name.</summary>
    public async Task<Dictionary<string, double>> InProcessAsync(TimeSpan duration, CancellationToken ct)
    {
        var data = Directory.CreateDirectory(InDirectory("in-process")).FullName;
        var start = new System.Diagnostics.ProcessStartInfo(
            baseline.Program, [.. baseline.Arguments, "in-process", data, duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start) ?? throw new LadderException("The baseline did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(
                words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture))
            : throw new LadderException($"The baseline ended with {process.ExitCode}.");
    }

    private Task<Server> StartNebulaAsync(string name, Dictionary<string, string> variables, string? traceSyncsTo, CancellationToken ct)
    {
        var port = FreePort.Next();
        variables["APP_ENV"] = "production";
        variables["SERVER_HOST"] = "127.0.0.1";
        variables["SERVER_PORT"] = Text(port);
        variables["JWT_SECRET"] = _secret;
        variables["RATE_LIMIT_ENABLED"] = "false";
        variables["LOGIN_RATE_LIMIT_PER_MINUTE"] = "100000";
        return Server.StartAsync(
            nebula ?? throw new LadderException("There is no Nebula to start."), [], variables, port, "/ready", InDirectory(name), traceSyncsTo, ct);
    }

    private Task<Server> StartBaselineAsync(string name, Func<string, string[]> arguments, string? traceSyncsTo, CancellationToken ct)
    {
        var port = FreePort.Next();
        return Server.StartAsync(baseline, arguments(Text(port)), _none, port, "/constant", InDirectory(name), traceSyncsTo, ct);
    }

    private string InDirectory(string name) => Path.Combine(directory, name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
