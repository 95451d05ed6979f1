using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Nebula.Server.S3;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.S3;

/// <summary>A server that speaks the protocol of S3, with one bucket, on a free loopback port; found on the path or where <c>scripts/install-test-tools</c> puts it. Tests without it are skipped, in continuous integration failed.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "backups";

    private const string Credential = "S3RVER"; // what it takes
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _directory;

    private S3Server(Process process, string directory, int port) => (_process, _directory, Endpoint) = (process, directory, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));

    public Uri Endpoint { get; }

    public S3Options Options => new() { Endpoint = Endpoint, AccessKeyId = Credential, SecretAccessKey = Credential };

    /// <summary>As the server's configuration has it.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
    [
        ("NEBULA_BACKUP_TARGET", $"s3://{Bucket}/nebula"), ("NEBULA_BACKUP_S3_ENDPOINT", Endpoint.GetLeftPart(UriPartial.Authority)), ("AWS_ACCESS_KEY_ID", Credential), ("AWS_SECRET_ACCESS_KEY", Credential),
    ];

    public static async Task<S3Server> StartAsync(CancellationToken ct)
    {
        var program = Find();
        MissingTool.SkipIf(program is null ? "s3rver is not installed (scripts/install-test-tools)." : null);
        var directory = Directory.CreateTempSubdirectory("nebula-s3-").FullName;
        var port = FreePort.Next();
        var info = new ProcessStartInfo(program!, ["-d", directory, "-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-s", "--no-vhost-buckets", "--configure-bucket", Bucket]) // not skipped
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["NODE_OPTIONS"] = "--openssl-legacy-provider"; // for what it makes of the place where a page ends
        var server = new S3Server(Process.Start(info) ?? throw new InvalidOperationException("It did not start."), directory, port);
        try
        {
            await server.WaitAsync(port, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task WaitAsync(int port, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException) when (clock.Elapsed < _patience && !_process.HasExited)
            {
                await Task.Delay(50, ct);
            }
        }
    }

    private static string? Find()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        var tools = Environment.GetEnvironmentVariable("NEBULA_TEST_TOOLS") is { Length: > 0 } named ? named : Path.Combine(data, "nebula-test-tools");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append(Path.Combine(tools, "node_modules", ".bin"));
        return folders.Select(folder => Path.Combine(folder, "s3rver")).FirstOrDefault(File.Exists);
    }
}
