using System.Diagnostics;

namespace Nebula.Ladder.Builds;

/// <summary>Publishes the programs that are measured, below <c>artifacts/benchmarks</c>.</summary>
internal sealed class Publisher(string repository)
{
    public async Task<Executable> BaselineAsync(Build build, CancellationToken ct)
    {
        var directory = Output("baseline", build);
        if (build == Build.Native)
            await RunAsync("scripts/install-native-tools", [], ct);
        await RunAsync("dotnet", Publish("benchmarks/Nebula.Baseline", directory, build), ct);
        return Executable.Find(directory, "baseline");
    }

    public async Task<Executable> ServerAsync(Build build, CancellationToken ct)
    {
        var directory = Output("nebula", build);
        if (build == Build.Native)
            await RunAsync("scripts/publish-native", [directory], ct);
        else
            await RunAsync("dotnet", Publish("src/Nebula.Server", directory, build), ct);
        return Executable.Find(directory, "nebula");
    }

    private string Output(string name, Build build) => Path.Combine(repository, "artifacts", "benchmarks", $"{name}-{(build == Build.Native ? "native" : "jit")}");

    // Intermediate files and lock file apart from those of `dotnet build`: the native compiler is one more package for one more platform.
    private string[] Publish(string project, string directory, Build build) =>
    [
        "publish", project, "-c", "Release", "-o", directory, "-v", "quiet", "--nologo",
        "--artifacts-path", Path.Combine(repository, "artifacts", "benchmarks", build == Build.Native ? "build-native" : "build-jit"),
        .. build == Build.Native
            ? new[] { "-r", "linux-x64", "-p:PublishAot=true", "-p:NuGetLockFilePath=obj/packages.native.lock.json" }
            : [],
    ];

    private async Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        await Console.Error.WriteLineAsync($"{program} {string.Join(' ', arguments)}");
        var start = new ProcessStartInfo(program.StartsWith("scripts/", StringComparison.Ordinal) ? Path.Combine(repository, program) : program, arguments)
        {
            WorkingDirectory = repository,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new LadderException($"{program} did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new LadderException($"{output}\n{program} ended with {process.ExitCode}.");
    }
}
