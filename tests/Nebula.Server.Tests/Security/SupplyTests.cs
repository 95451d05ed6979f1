using System.Text.Json;
using Nebula.Server.Tests.Deployment;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Locked package versions, an audit of them in CI, an SBOM with the release."</summary>
public sealed class SupplyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_of_parts_has_every_package_that_ships_with_its_version()
    {
        _ = Tool.Require("jq");
        var parts = JsonSerializer.Deserialize<JsonElement>(await Tool.RunAsync(Tool.Require("bash"), [SourceTree.Absolute("scripts/sbom")], Ct));

        Assert.Equal("CycloneDX", parts.Text("bomFormat"));
        var listed = parts.List("components").Select(c => $"{c.Text("name")} {c.Text("version")}").ToHashSet();
        Assert.NotEmpty(listed);
        foreach (var lockFile in Directory.GetFiles(SourceTree.Absolute("src"), "packages.lock.json", SearchOption.AllDirectories))
            Assert.Subset(listed, Packages(lockFile).ToHashSet());
        Assert.All(parts.List("components"), c => Assert.Equal($"pkg:nuget/{c.Text("name")}@{c.Text("version")}", c.Text("purl")));
    }

    [Fact]
    public void Every_project_has_its_versions_locked() => Assert.All(
        Directory.GetFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories).Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal)),
        project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project) ?? "", "packages.lock.json")), $"{project} has no lock file."));

    [Theory]
    [InlineData(".ci/run", "dotnet restore --locked-mode")]
    [InlineData(".ci/run", "dotnet list package --vulnerable --include-transitive")]
    [InlineData(".ci/run", "scripts/sbom")]
    [InlineData("check.sh", "dotnet restore --locked-mode")]
    [InlineData("scripts/publish-native", "packages.lock.json")]
    [InlineData("scripts/package-native", "scripts/sbom >")]
    public void Packages_are_held_against_the_lock_files_wherever_something_is_built(string script, string command) =>
        Assert.Contains(command, SourceTree.Read(script), StringComparison.Ordinal);

    private static IEnumerable<string> Packages(string lockFile) =>
        from framework in JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(lockFile)).GetProperty("dependencies").EnumerateObject()
        from package in framework.Value.EnumerateObject()
        where package.Value.Text("type") != "Project"
        select $"{package.Name} {package.Value.Text("resolved")}";
}
