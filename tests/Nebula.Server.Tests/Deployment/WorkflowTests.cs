using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
    [
        .. from file in Directory.EnumerateFiles(SourceTree.Absolute(".github/workflows"))
           orderby file
           select $".github/workflows/{Path.GetFileName(file)}",
    ];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_command_is_a_script_that_runs_elsewhere_too(string path)
    {
        Assert.All(Steps(path).Where(step => step.Has("run")), step =>
        {
            var command = Command().Match(step.Text("run"));
            Assert.True(command.Success, $"{step.Text("run")} is no call of one script.");
            var script = new FileInfo(SourceTree.Absolute(command.Groups["script"].Value));
            Assert.True(script.Exists, $"{script} does not exist.");
            if (!OperatingSystem.IsWindows() && !step.Text("run").StartsWith("bash ", StringComparison.Ordinal))
                Assert.True(script.UnixFileMode.HasFlag(UnixFileMode.UserExecute), $"{script} is not executable.");
        });
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Nothing_from_outside_is_pasted_into_a_command(string path) =>
        Assert.All(Steps(path).Where(step => step.Has("run")), step => Assert.DoesNotContain("${{", step.Text("run"), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_to_a_commit_and_says_which_version_that_is(string path)
    {
        var uses = SourceTree.Read(path).Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal));

        Assert.All(uses, line => Assert.Matches(@"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_job_may_do_more_than_it_needs(string path)
    {
        var workflow = SourceTree.ReadYaml(path);

        Assert.Equal(("contents", "read"), Assert.Single(workflow.Members("permissions").Select(right => (right.Name, right.Value.Text()))));
        Assert.NotEmpty(workflow.Text("concurrency", "group"));
        Assert.All(workflow.Members("jobs"), job =>
        {
            Assert.True(job.Value.Has("timeout-minutes"), $"{job.Name} may run for ever.");
            if (job.Value.Has("permissions"))
                Assert.All(job.Value.Members("permissions"), right => Assert.Contains(right.Name, (string[])["contents", "packages"]));
        });
        Assert.All(
            Steps(path).Where(step => step.Has("uses") && step.Text("uses").StartsWith("actions/checkout@", StringComparison.Ordinal)),
            step => Assert.Equal("false", step.Text("with", "persist-credentials")));
    }

    [Fact]
    public void Every_push_and_pull_request_is_tested()
    {
        var workflow = SourceTree.ReadYaml(".github/workflows/ci.yaml");

        Assert.Contains("main", workflow.Texts("on", "push", "branches"));
        Assert.True(workflow.Map("on").Has("pull_request"));
        Assert.Contains(Steps(".github/workflows/ci.yaml"), step => step.Has("run") && step.Text("run") == "bash .ci/run");
    }

    [Fact]
    public void A_release_is_made_by_a_tag_and_nothing_leaves_before_the_tests_pass()
    {
        var workflow = SourceTree.ReadYaml(".github/workflows/release.yaml");
        var jobs = workflow.Members("jobs").ToDictionary(job => job.Name, job => job.Value);

        Assert.Equal(["v*"], workflow.Texts("on", "push", "tags"));
        Assert.False(workflow.Map("on").Has("pull_request"));
        Assert.Equal("test", jobs["native"].Text("needs"));
        Assert.Equal("test", jobs["image"].Text("needs"));
        Assert.Equal(["image", "native"], jobs["deploy"].Texts("needs").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["scripts/publish-native", "scripts/test-native", "scripts/package-native", "scripts/release-github \"$GITHUB_REF_NAME\""],
            Runs(jobs["native"]));
        Assert.StartsWith("scripts/image-test ", Runs(jobs["image"])[1], StringComparison.Ordinal);
        Assert.StartsWith("scripts/image-push ", Runs(jobs["image"])[2], StringComparison.Ordinal);
        Assert.StartsWith("scripts/deploy-k8s ", Assert.Single(Runs(jobs["deploy"])), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Runs(YamlNode job) =>
        [.. job.Items("steps").Where(step => step.Has("run")).Select(step => step.Text("run"))];

    private static IEnumerable<YamlNode> Steps(string path) => SourceTree.ReadYaml(path).Members("jobs").SelectMany(job => job.Value.Items("steps"));

    [GeneratedRegex(@"^(bash )?(?<script>(\.ci/run|scripts/[a-z0-9-]+))( [^\n;&|]*)?$")]
    private static partial Regex Command();
}
