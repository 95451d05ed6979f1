using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>
/// Watches system calls of a server, or lets some of them fail. Disposing ends the tracer and leaves the server alone.
/// </summary>
internal sealed class Strace : IAsyncDisposable
{
    private const int Interrupt = 2;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Strace(Process process) => _process = process;

    /// <summary>
    /// A command that runs a server and writes what it does to a file. The tracer is its grandchild: the process that is started is the server itself.
    /// Skips the test, saying why, where that can't be done.
    /// </summary>
    /// <param name="isSyncing">False lets every sync say yes and do nothing, as a server would that does not sync.</param>
    /// <param name="shown">How many bytes of what is written or sent stand in the trace.</param>
    public static async Task<IReadOnlyList<string>> RunningAsync(string traceFile, bool isSyncing, CancellationToken ct, int shown = 8192)
    {
        var strace = Tool.Require("strace");
        await SkipUnlessAllowedAsync(strace, ct);
        const string Calls = "mkdir,mkdirat,openat,fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg,recvfrom,recvmsg";
        string[] tampering = isSyncing ? [] : ["-e", "inject=fsync,fdatasync:retval=0"];
        return [strace, "-D", "-f", "-qq", "-yy", "-s", shown.ToString(CultureInfo.InvariantCulture), "-o", traceFile, "-e", $"trace={Calls}", .. tampering];
    }

    /// <summary>Makes every sync of a file fail with EIO, from when this returns until it is disposed. Skips the test where that can't be done.</summary>
    public static async Task<Strace> FailSyncsAsync(ServerProcess server, string file, string traceFile, CancellationToken ct)
    {
        var strace = Tool.Require("strace");
        await SkipUnlessAllowedAsync(strace, ct);
        string[] arguments =
        [
            "-f", "-yy", "-o", traceFile, "-P", file, "-e", "trace=openat,fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO",
            "-p", server.Id.ToString(CultureInfo.InvariantCulture),
        ];
        var process = new Process { StartInfo = new ProcessStartInfo(strace, arguments) { RedirectStandardError = true } };
        var tracer = new Strace(process);
        process.ErrorDataReceived += (_, e) => tracer.Take(e.Data);
        process.Start();
        process.BeginErrorReadLine();
        try
        {
            await tracer._attached.Task.WaitAsync(_patience, ct);
            return tracer;
        }
        catch
        {
            await tracer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Interrupted, it lets go of the server before it ends; killed, it would leave threads stopped.
        if (!_process.HasExited)
            _ = Signal(_process.Id, Interrupt);
        using var deadline = new CancellationTokenSource(_patience);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
    }

    /// <summary>A container or the system may forbid one process to trace another.</summary>
    private static async Task SkipUnlessAllowedAsync(string strace, CancellationToken ct)
    {
        using var sleeper = Tool.Start(Tool.Require("sleep"), ["30"]);
        var info = new ProcessStartInfo("timeout", ["-s", "INT", "1", strace, "-f", "-p", sleeper.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true };
        using var probe = Process.Start(info) ?? throw new InvalidOperationException("strace did not start.");
        var said = await probe.StandardError.ReadToEndAsync(ct);
        await probe.WaitForExitAsync(ct);
        sleeper.Kill();
        Assert.SkipUnless(said.Contains("attached", StringComparison.Ordinal), $"strace may not trace here: {said.Trim()}");
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _attached.TrySetException(new InvalidOperationException($"strace ended: {string.Join(' ', _errors)}"));
            return;
        }

        _errors.Enqueue(line);
        if (line.Contains("attached", StringComparison.Ordinal))
            _attached.TrySetResult();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
