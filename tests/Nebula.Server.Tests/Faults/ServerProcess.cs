using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Nebula.Server.Tests.Faults;

/// <summary>
/// The server as a process of its own, on a loopback port that the system chose. It is signalled by its process id alone, and killed when disposed.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 200;
    private const int Terminate = 15;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public Uri Address => _address.Task.Result;

    /// <summary>From the start of the process until <c>/ready</c> said yes.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>The last lines that the process wrote.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts the server and waits until it is ready; fails with what it wrote when it ends before.</summary>
    public static async Task<ServerProcess> StartAsync(ServerStart start, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var server = Launch(start);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(_patience);
            await server.WaitUntilReadyAsync(deadline.Token);
            server.ReadyAfter = clock.Elapsed;
            return server;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var output = server.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not become ready: {e.Message}\n{output}", e);
        }
    }

    /// <summary>Starts the server, or one of its commands, and waits for nothing.</summary>
    public static ServerProcess Launch(ServerStart start, params IReadOnlyList<string> arguments)
    {
        var process = new Process { StartInfo = Describe(start, arguments) };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, e) => server.Take(e.Data);
        process.ErrorDataReceived += (_, e) => server.Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs the program to its end. Gives its exit code and what it wrote to both streams.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ServerStart start, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var process = new Process { StartInfo = Describe(start, arguments) };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_patience);
        process.Start();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Waits until the process has written something, or has ended.</summary>
    public async Task WaitForAsync(string text, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_patience);
        while (!_process.HasExited && !Output.Contains(text, StringComparison.Ordinal))
            await Task.Delay(1, deadline.Token);
    }

    /// <summary>SIGKILL: the process gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>SIGKILL after a while, from a thread of its own: clients that never pause can keep those of the pool busy far longer.</summary>
    public async Task KillAfterAsync(TimeSpan delay, CancellationToken ct)
    {
        var killing = Task.Factory.StartNew(
            () =>
            {
                Thread.Sleep(delay);
                _process.Kill();
            },
            ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await killing;
        await WaitForExitAsync();
    }

    /// <summary>SIGTERM: what an orderly stop sends. Gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        await WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo Describe(ServerStart start, IReadOnlyList<string> arguments)
    {
        string[] command = [.. start.Under, ServerBinary.Find(), .. arguments];
        var home = Path.GetDirectoryName(start.DataDirectory)!; // always inside a directory of the test
        var info = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = home, RedirectStandardOutput = true, RedirectStandardError = true };

        // What the caller has exported must not decide how a test ends.
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        info.Environment["HOME"] = home;
        info.Environment["TMPDIR"] = home;
        info.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        info.Environment["DOTNET_EnableDiagnostics"] = "0"; // a killed process would leave its sockets behind
        info.Environment["APP_ENV"] = "production";
        info.Environment["SERVER_PORT"] = "0";
        info.Environment["DATABASE_DIRECTORY"] = start.DataDirectory;
        info.Environment["RATE_LIMIT_ENABLED"] = "false";
        foreach (var (name, value) in start.Variables)
            info.Environment[name] = value;
        return info;
    }

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        var ended = _process.WaitForExitAsync(ct);
        if (await Task.WhenAny(_address.Task, ended) == ended)
        {
            ct.ThrowIfCancellationRequested();
            throw new InvalidOperationException("it ended.");
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        while (true)
        {
            using var answer = await http.GetAsync("/ready", ct);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Delay(10, ct);
        }
    }

    private async Task WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(_patience);
        await _process.WaitForExitAsync(deadline.Token);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        while (_lines.Count > KeptLines && _lines.TryDequeue(out _))
            continue;
        if (!_address.Task.IsCompleted && Listening().Match(line) is { Success: true } match)
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
    }

    [GeneratedRegex(@"listens on (?<address>http://127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Listening();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
