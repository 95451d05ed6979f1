using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>A real PgBouncer in transaction mode before a PostgreSQL, on a free port of the loopback: two transactions of one of its clients may reach two sessions.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    // PgBouncer refuses to run as root. The pipe to the shell's input ends when the test process ends, however that comes about, so that nothing is left over.
    private const string Script = """
        as=
        if [ "$(id -u)" = 0 ]; then
            chown -R postgres "$2"
            as="setpriv --reuid=postgres --regid=postgres --init-groups"
        fi
        cd "$2"
        $as "$1" -q "$2/pgbouncer.ini" > /dev/null 2>&1 &
        echo $!
        cat > /dev/null
        kill -KILL $!
        cd /
        rm -rf "$2"
        """;

    private static readonly Lazy<Task<PgBouncer>> _shared = new(async () => await StartAsync(await PostgresCluster.SharedAsync(), sessions: 8));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-pgbouncer-");
    private readonly int _port = FreePort.Next();
    private Process? _shell;

    private PgBouncer()
    {
    }

    /// <summary>Why there is none on this machine, for a test that is skipped; null when there is one.</summary>
    public static string? WhyNone => Find() is null ? "pgbouncer is not installed (scripts/install-test-tools)." : PostgresCluster.WhyNone;

    /// <summary>The one of this process, before the shared PostgreSQL; skips the test when there is none.</summary>
    public static async Task<PgBouncer> SharedAsync()
    {
        MissingTool.SkipIf(WhyNone);
        return await _shared.Value;
    }

    /// <summary>One of a test's own; skips the test when the program is not installed.</summary>
    /// <param name="sessions">How many it has with the server for each database: its <c>default_pool_size</c>.</param>
    /// <param name="longestWait">For a session, in seconds: its <c>query_wait_timeout</c>.</param>
    public static async Task<PgBouncer> StartAsync(PostgresCluster cluster, int sessions, int longestWait = 120)
    {
        MissingTool.SkipIf(WhyNone);
        var bouncer = new PgBouncer();
        try
        {
            await bouncer.StartAsync(new NpgsqlConnectionStringBuilder(cluster.ConnectionString), sessions, longestWait);
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    /// <summary>The way to a database through it, in Npgsql's keyword form.</summary>
    public string ConnectionStringTo(PostgresDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = _port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_shell is null)
        {
            _directory.Delete(recursive: true);
            return;
        }

        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(); // it removes the directory
        _shell.Dispose();
    }

    private async Task StartAsync(NpgsqlConnectionStringBuilder server, int sessions, int longestWait)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "users.txt"), $"\"{server.Username}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "pgbouncer.ini"), $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {_directory.FullName}/users.txt
            pool_mode = transaction
            default_pool_size = {sessions}
            max_client_conn = 900
            query_wait_timeout = {longestWait}
            server_idle_timeout = 10
            logfile = {_directory.FullName}/log
            """);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", Find() ?? "", _directory.FullName]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _shell = Process.Start(start)!; // a program that is new
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (attempt < 500)
            {
                await Task.Delay(20);
            }
            catch (SocketException e)
            {
                var log = Path.Combine(_directory.FullName, "log");
                throw new InvalidOperationException($"PgBouncer does not start: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "no log")}", e);
            }
        }
    }

    /// <summary>Debian keeps it in /usr/sbin, which is not on everybody's path.</summary>
    private static string? Find() => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, "pgbouncer")).FirstOrDefault(File.Exists);
}
