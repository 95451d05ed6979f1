using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Nebula.Server.Tests.Deployment;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Redis;

/// <summary>
/// A real Redis on a free port of the loopback, with a password. <c>NEBULA_TEST_REDIS</c>, a URL as <c>REDIS_URL</c> takes it, names a running one to
/// use instead where a test does not stop it.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Password = "pa:ss/word";

    // The pipe to the shell's input ends when the test process ends, however that comes about, so that no Redis is left over.
    private const string Script = """
        "$1" --port "$2" --bind 127.0.0.1 --dir "$3" --requirepass "$4" --save '' --appendonly no > /dev/null 2>&1 &
        echo $!
        cat > /dev/null
        kill -KILL $!
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-redis-");
    private readonly int _port = FreePort.Next();
    private Process? _shell;
    private string _pid = "";

    private RedisServer(string? given) => Url = given ?? $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{_port}/3";

    public string Url { get; }

    /// <summary>One that a test only uses; skips the test when there is none.</summary>
    public static async Task<RedisServer> AnyAsync(CancellationToken ct) =>
        Environment.GetEnvironmentVariable("NEBULA_TEST_REDIS") is { Length: > 0 } given ? new RedisServer(given) : await StartAsync(ct);

    /// <summary>One that a test may stop; skips the test when the program is not installed.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken ct)
    {
        Tool.Require("redis-server");
        var server = new RedisServer(given: null);
        try
        {
            await server.StartAgainAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address that nothing listens on.</summary>
    public static string Nowhere() => $"redis://127.0.0.1:{FreePort.Next()}";

    public async Task StartAgainAsync(CancellationToken ct)
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", Tool.Require("redis-server"), port, _directory.FullName, Password])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        _pid = await _shell.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("Redis did not start.");
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, _port, ct);
                return;
            }
            catch (SocketException) when (attempt < 500)
            {
                await Task.Delay(20, ct);
            }
        }
    }

    /// <summary>Ends it as a crash would; what it held is gone.</summary>
    public async Task KillAsync()
    {
        if (_shell is null)
            return;
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
        _shell = null;
    }

    /// <summary>Connections stay, but nothing is answered any more.</summary>
    public Task SuspendAsync(CancellationToken ct) => Tool.RunAsync("/bin/sh", ["-c", $"kill -STOP {_pid}"], ct);

    public Task ResumeAsync(CancellationToken ct) => Tool.RunAsync("/bin/sh", ["-c", $"kill -CONT {_pid}"], ct);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Delete(recursive: true);
    }
}
