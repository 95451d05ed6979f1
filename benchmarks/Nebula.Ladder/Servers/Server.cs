using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Nebula.Ladder.Builds;

namespace Nebula.Ladder.Servers;

/// <summary>A server under measurement, of which only its own process is ever signalled. What it prints goes to a file.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly string[] _inherited = ["PATH", "HOME", "DOTNET_ROOT"];
    private static readonly string[] _traceSyncs = ["strace", "-D", "-f", "--seccomp-bpf", "-ttt", "-e", "trace=fdatasync,fsync", "-e", "signal=none", "-o"];

    private readonly Process _process;
    private readonly string _log;
    private bool _isStopped;

    private Server(Process process, int port, string log) => (_process, Port, _log) = (process, port, log);

    public int Port { get; }

    public TimeSpan Cpu => ProcessFigures.Cpu(_process.Id);

    public double ResidentMegabytes => ProcessFigures.ResidentMegabytes(_process.Id);

    /// <summary>From the start of the process to the first 200.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Starts a program and waits until <paramref name="readyPath"/> answers 200.</summary>
    /// <param name="traceSyncsTo">A file for the times of its calls of fdatasync and fsync. The process stays the one that is started here.</param>
    public static async Task<Server> StartAsync(
        Executable program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> variables,
        int port,
        string readyPath,
        string directory,
        string? traceSyncsTo,
        CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var log = Path.Combine(directory, "log");
        string[] tracer = traceSyncsTo is null ? [] : [.. _traceSyncs, traceSyncsTo];
        // The shell is replaced by the program, so that the process id is the program's. Appending lets the file be cut between measurements.
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" >>log 2>&1", .. tracer, program.Program, .. program.Arguments, .. arguments]) { WorkingDirectory = directory };
        start.Environment.Clear();
        foreach (var name in _inherited.Where(name => Environment.GetEnvironmentVariable(name) is not null))
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        var watch = Stopwatch.StartNew();
        var server = new Server(Process.Start(start) ?? throw new LadderException($"{program.Program} did not start."), port, log);
        try
        {
            while (!await AnswersAsync(port, readyPath, ct))
                await server.CheckAsync(watch, ct);
            server.ReadyAfter = watch.Elapsed;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Empties the file of what the server printed: a full run would fill gigabytes, and writing them back disturbs the disk.</summary>
    public void CutLog() => File.OpenHandle(_log, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite).Dispose();

    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        using (_process)
        {
            if (!_process.HasExited)
                _ = Kill(_process.Id, Terminate);
            try
            {
                using var patience = new CancellationTokenSource(_patience);
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
    }

    private async Task CheckAsync(Stopwatch watch, CancellationToken ct)
    {
        if (_process.HasExited || watch.Elapsed > _patience)
            throw new LadderException($"The server {(_process.HasExited ? "ended" : "does not become ready")}. It printed:\n{await File.ReadAllTextAsync(_log, ct)}");
        await Task.Delay(1, ct);
    }

    private static async Task<bool> AnswersAsync(int port, string path, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"), ct);
            var answer = new byte[64];
            var count = await socket.ReceiveAsync(answer, ct);
            return answer.AsSpan(0, count).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
