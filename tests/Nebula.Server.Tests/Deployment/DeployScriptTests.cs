namespace Nebula.Server.Tests.Deployment;

/// <summary>The script that rolls a release out, before a kubectl that only says what it is told to.</summary>
[Collection(Target)]
public sealed class DeployScriptTests : IDisposable
{
    /// <summary>What the script writes: one test at a time.</summary>
    public const string Target = "artifacts/deploy";

    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("nebula-kubectl-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Calls => File.ReadAllText(Path.Combine(_programs.FullName, "calls"));

    public void Dispose() => _programs.Delete(recursive: true);

    [Fact]
    public async Task A_migration_that_completes_lets_the_servers_be_replaced()
    {
        await DeployAsync("SuccessCriteriaMet Complete");

        Assert.Contains("rollout status deployment/nebula", Calls, StringComparison.Ordinal);
        Assert.DoesNotContain("logs", Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_ends_the_deployment_at_once_with_its_log()
    {
        var fault = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => DeployAsync("FailureTarget Failed")); // within the minute that a tool may take

        Assert.Contains("env ended with 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("what the migration said", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("rollout", Calls, StringComparison.Ordinal);
    }

    private async Task DeployAsync(string conditions)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts are for Unix.");
        var kubectl = Path.Combine(_programs.FullName, "kubectl");
        await File.WriteAllTextAsync(
            kubectl,
            $"""
            #!/usr/bin/env bash
            echo "$*" >> "{_programs.FullName}/calls"
            case "$*" in
                *" get job "*) echo -n "{conditions}" ;;
                *" logs "*) echo "what the migration said" ;;
            esac
            """,
            Ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Tool.Require("bash");
        await Tool.RunAsync(
            Tool.Require("env"),
            ["-u", "KUBECONFIG_CONTENT", $"PATH={_programs.FullName}:{Environment.GetEnvironmentVariable("PATH")}", SourceTree.Absolute("scripts/deploy-k8s"), "registry.example/nebula:1.2.3", "postgres"],
            Ct);
    }
}
