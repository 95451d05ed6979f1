using System.Text.RegularExpressions;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Architecture;

/// <summary>The table of faults in <c>tests/README.md</c> says what is there.</summary>
public sealed partial class FaultTableTests
{
    private static readonly string[] _rows = [.. SourceTree.Read("tests/README.md").Split('\n').Where(line => line.StartsWith('|')).Skip(2)];

    [Fact]
    public void Each_fault_has_tests_and_they_are_there()
    {
        var classes = Layers.SourceFiles("tests").Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();

        Assert.InRange(_rows.Length, 10, 50);
        Assert.All(_rows, row => Assert.NotEmpty(TestsOf(row)));
        Assert.DoesNotContain(_rows.SelectMany(TestsOf), name => !classes.Contains(name));
    }

    [Fact]
    public async Task What_the_long_form_runs_is_in_the_table()
    {
        var listed = await Tool.RunAsync(Tool.Require("bash"), [SourceTree.Absolute("tests/faults/run"), "--list"], TestContext.Current.CancellationToken);

        var named = _rows.Select(row => Name().Match(row.Split('|')[^2]).Groups["name"].Value).Where(name => name.Length > 0).Distinct();
        Assert.Equal(named.Order(StringComparer.Ordinal), listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_long_form_names_classes_that_are_there()
    {
        var classes = Layers.SourceFiles("tests").Select(path => path.Replace('\\', '/')[..^3].Replace('/', '.')).ToList();
        var named = Filter().Matches(SourceTree.Read("tests/faults/run")).SelectMany(match => match.Groups["classes"].Value.Split(' ')).ToList();

        Assert.InRange(named.Count, 15, 100);
        Assert.DoesNotContain(named, name => !classes.Exists(path => path.EndsWith(name, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> TestsOf(string row) => Name().Matches(row.Split('|')[4]).Select(match => match.Groups["name"].Value).Where(name => !name.Contains('/', StringComparison.Ordinal));

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("echo \"(?:Server|Storage) (?<classes>[^\"]+)\"")]
    private static partial Regex Filter();
}
