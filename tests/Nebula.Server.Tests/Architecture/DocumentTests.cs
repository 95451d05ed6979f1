using System.Text.RegularExpressions;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Architecture;

public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
    [
        .. from folder in new[] { ".", "docs", "docs/adr", "benchmarks", "examples", "tests" }
           from path in Directory.EnumerateFiles(SourceTree.Absolute(folder), "*.md")
           orderby path
           select Path.GetRelativePath(SourceTree.Root, path),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(SourceTree.Absolute(document))!; // a file is in a folder
        var targets = Link().Matches(SourceTree.Read(document)).Select(match => match.Groups["target"].Value.Split('#')).Where(parts => parts[0].Length > 0);

        Assert.All(targets, parts =>
        {
            var path = Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(Path.Exists(path), $"{document} links to {parts[0]}, which is not there.");
            if (parts.Length > 1)
                Assert.Contains(parts[1], Anchors(path));
        });
    }

    /// <summary>The headings of a document as links name them.</summary>
    private static IEnumerable<string> Anchors(string path) =>
        from line in File.ReadLines(path)
        where line.StartsWith('#')
        select NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:|mailto:)(?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
