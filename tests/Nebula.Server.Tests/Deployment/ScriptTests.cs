namespace Nebula.Server.Tests.Deployment;

public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(SourceTree.Absolute("scripts")).Order(StringComparer.Ordinal).Select(path => $"scripts/{Path.GetFileName(path)}"), "tests/faults/run", "tests/failover/run"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Each_script_can_be_run_and_read_by_bash(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts are for Unix.");
        var path = SourceTree.Absolute(name);
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal("#!/usr/bin/env bash", lines[0]);
        Assert.StartsWith("# ", lines[1], StringComparison.Ordinal);
        Assert.Contains("set -euo pipefail", lines);
        Assert.True(new FileInfo(path).UnixFileMode.HasFlag(UnixFileMode.UserExecute), $"{name} is not executable.");
        await Tool.RunAsync(Tool.Require("bash"), ["-n", path], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_tag_that_is_not_the_version_stops_a_release()
    {
        var script = SourceTree.Absolute("scripts/version");
        Tool.Require("bash");
        var version = (await Tool.RunAsync(script, [], TestContext.Current.CancellationToken)).Trim();

        Assert.Equal(version, (await Tool.RunAsync(script, ["v" + version], TestContext.Current.CancellationToken)).Trim());
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Tool.RunAsync(script, ["v0.0.1-other"], TestContext.Current.CancellationToken));
    }
}
