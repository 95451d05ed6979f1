using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Nebula.Ladder.Builds;

namespace Nebula.Ladder.Servers;

/// <summary>A real PostgreSQL with its own settings, which syncs each commit, on a free port of the loopback. It stops with this program, however that ends.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Room for the pools of the servers that are measured, and so much memory that the tables lie in it.</summary>
    private const string Settings = "-c max_connections=100 -c shared_buffers=512MB";

    private readonly Process _shell;
    private readonly int _port;
    private readonly string _password;

    private PostgresCluster(Process shell, int port, string password) => (_shell, _port, _password) = (shell, port, password);

    /// <summary>As <c>DATABASE_URL</c> takes it.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"postgres://nebula:{_password}@127.0.0.1:{_port}/postgres");

    /// <summary>As Npgsql takes it.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=nebula;Password={_password};Database=postgres");

    /// <param name="directory">On the disk that is measured.</param>
    public static async Task<PostgresCluster> StartAsync(string directory, CancellationToken ct)
    {
        var (port, password) = (FreePort.Next(), RandomNumberGenerator.GetHexString(16));
        var start = new ProcessStartInfo(
            Path.Combine(Repository.Find(), "scripts", "run-postgres"), [port.ToString(CultureInfo.InvariantCulture), password, Settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = directory;
        var shell = Process.Start(start) ?? throw new LadderException("PostgreSQL did not start.");
        if (await shell.StandardOutput.ReadLineAsync(ct) is { } line && line.StartsWith("ready", StringComparison.Ordinal))
            return new PostgresCluster(shell, port, password);
        shell.Dispose();
        throw new LadderException("PostgreSQL did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }
}
