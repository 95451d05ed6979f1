using System.Diagnostics;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Faults;

/// <summary>A file system of few megabytes, in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts it at a directory that is there. Skips the test, saying why, where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(string path, int megabytes, CancellationToken ct)
    {
        var mount = Tool.Require("mount");
        var (code, errors) = await RunAsync(mount, ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "nebula-fault", path], ct);
        Assert.SkipUnless(code == 0, $"A small file system can't be mounted here: {errors.Trim()}");
        return new SmallDisk(path);
    }

    /// <summary>Takes all the space that is left, but for a little.</summary>
    public void Fill(long left)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace;
        using var file = new FileStream(Ballast, FileMode.Create);
        for (var written = 0L; written < free - left; written += 4096)
            file.Write(new byte[4096]);
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        var (code, errors) = await RunAsync(Tool.Require("umount"), [Path], CancellationToken.None);
        Assert.True(code == 0, errors);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, errors);
    }
}
