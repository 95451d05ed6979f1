using System.Diagnostics;

namespace Nebula.Server.Tests.Deployment;

/// <summary>A program of the machine that a test uses if it is there.</summary>
internal static class Tool
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>The program's path; skips the test, saying why, when it is not installed.</summary>
    public static string Require(string name)
    {
        // Debian keeps nginx in /usr/sbin, which is not on everybody's path.
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(path is not null, $"{name} is not installed.");
        return path!; // Not null: the line above skips.
    }

    /// <summary>What the program prints. A failure of the program is a failure of the test, with all that it said.</summary>
    public static async Task<string> RunAsync(string path, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Start(path, arguments);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, $"{Path.GetFileName(path)} ended with {process.ExitCode}: {await output}{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(string path, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = SourceTree.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
    }
}
