using System.Diagnostics;

namespace Nebula.Storage.Tests.Support;

/// <summary>A file system of a few megabytes in memory. Only root can mount one; elsewhere the test says that it was skipped.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private SmallDisk(int megabytes)
    {
        var error = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _directory.Path);
        if (error is null)
            return;
        _directory.Dispose();
        Assert.Skip($"A small disk needs the right to mount one: {error}");
    }

    public string Path => _directory.Path;

    /// <summary>Mounts one, or skips the test.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Skip("A small disk needs Linux and root.");
        return new SmallDisk(megabytes);
    }

    public void Dispose()
    {
        Run("umount", _directory.Path);
        _directory.Dispose();
    }

    /// <summary>What went wrong, or null.</summary>
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!; // not a shell: always a process
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
