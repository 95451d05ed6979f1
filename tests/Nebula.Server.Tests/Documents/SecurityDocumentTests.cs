using System.Text.RegularExpressions;
using Nebula.Server.Tests.Architecture;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Documents;

/// <summary>Every threat of the document has a defence and tests, and these exist.</summary>
public sealed partial class SecurityDocumentTests
{
    private const string Document = "docs/security.md";

    // What somebody who looks for a kind of attack looks for.
    private static readonly string[] _sections = ["Injection", "Who may what", "Credentials", "Abuse", "Files and paths", "Web", "Staying up", "Not telling", "Supply"];

    private static readonly Lazy<IReadOnlyDictionary<string, string>> _classes = new(() => Layers.SourceFiles("tests")
        .Where(path => path.EndsWith("Tests.cs", StringComparison.Ordinal) || path.EndsWith("Contract.cs", StringComparison.Ordinal))
        .GroupBy(path => Path.GetFileNameWithoutExtension(path))
        .ToDictionary(files => files.Key, files => string.Join('\n', files.Select(SourceTree.Read)), StringComparer.Ordinal));

    [Fact]
    public void Every_section_has_threats_with_a_defence_and_tests()
    {
        var rows = Rows().ToList();

        Assert.Equal(_sections, rows.Select(row => row.Section).Distinct());
        Assert.All(rows, row =>
        {
            Assert.All(row.Cells, cell => Assert.NotEmpty(cell));
            Assert.Equal(3, row.Cells.Count);
            Assert.NotEmpty(Tests(row.Cells[2]));
        });
        Assert.Equal(rows.Count, rows.Select(row => row.Cells[0]).Distinct().Count());
    }

    [Fact]
    public void Every_test_that_it_names_exists() => Assert.Empty(
        from row in Rows()
        from test in Tests(row.Cells[2])
        where !_classes.Value.TryGetValue(test.Class, out var source) || !Regex.IsMatch(source, $@"\bpublic (async )?(Task|void) {test.Method}\(", RegexOptions.None, TimeSpan.FromSeconds(1))
        select $"{test.Class}.{test.Method}");

    [Fact]
    public void Every_test_of_security_is_named_by_it()
    {
        var named = Rows().SelectMany(row => Tests(row.Cells[2])).Select(test => test.Class).ToHashSet();

        Assert.Empty(
            from path in Layers.SourceFiles("tests/Nebula.Server.Tests/Security").Concat(Layers.SourceFiles("tests/Nebula.Server.Tests/Fuzz"))
            where SourceTree.Read(path).Contains("    [Fact]", StringComparison.Ordinal) || SourceTree.Read(path).Contains("    [Theory]", StringComparison.Ordinal)
            let name = Path.GetFileNameWithoutExtension(path)
            where !named.Contains(name)
            select name);
    }

    private static IEnumerable<(string Section, IReadOnlyList<string> Cells)> Rows()
    {
        var section = "";
        foreach (var line in SourceTree.Read(Document).Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat |", StringComparison.Ordinal))
                yield return (section, [.. line.Trim('|').Split(" | ").Select(cell => cell.Trim(' ', '|'))]);
        }
    }

    private static IReadOnlyList<(string Class, string Method)> Tests(string cell) => [.. Test().Matches(cell).Select(m => (m.Groups["class"].Value, m.Groups["method"].Value))];

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+)`")]
    private static partial Regex Test();
}
