using System.Text.RegularExpressions;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.Architecture;

/// <summary>What no compiled assembly shows.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 400;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Trees => ["src", "tests", "examples"];

    [Theory]
    [MemberData(nameof(Trees))]
    public void A_namespace_is_the_folder(string tree) => Assert.Empty(
        from path in Layers.SourceFiles(tree)
        let parts = Path.GetDirectoryName(path)!.Split(Path.DirectorySeparatorChar) // in a folder of its project
        let expected = string.Join('.', parts.Skip(1))
        let found = Namespace().Match(SourceTree.Read(path)).Groups["name"].Value
        where Path.GetFileName(path) is not "Program.cs" && found != expected
        select $"{path}: {found} instead of {expected}");

    [Fact]
    public void No_file_is_longer_than_anybody_reads() => Assert.Empty(
        from path in Layers.SourceFiles()
        let lines = File.ReadLines(SourceTree.Absolute(path)).Count()
        where lines > MaxLines
        select $"{path}: {lines} lines");

    [Fact]
    public void A_file_holds_one_public_type() => Assert.Empty(
        from path in Layers.SourceFiles()
        let types = Layers.Code(path).Count(line => PublicType().IsMatch(line.Text))
        where types > 1
        select $"{path}: {types} public types");

    [Fact]
    public void A_file_is_named_after_what_it_holds() => Assert.Empty(
        from path in Layers.SourceFiles()
        let name = Path.GetFileNameWithoutExtension(path)
        let types = Layers.Code(path).Select(line => AnyType().Match(line.Text)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToList()
        where types.Count == 1 && name != types[0] && name != types[0] + "OfT" && name != types[0] + "Factory"
        select $"{path} holds {types[0]}");

    [Theory]
    [InlineData(@"\bDateTime\.(Now|UtcNow|Today)\b|\bDateTimeOffset\.(Now|UtcNow)\b", "The time comes from TimeProvider.")]
    [InlineData(@"^\s*#(end)?region\b", "There are no regions.")]
    [InlineData(@"\bThread\.Sleep\(|\.GetAwaiter\(\)\.GetResult\(\)|\.Result;", "Nothing waits by blocking a thread but those that are made for it.", "src/Nebula.Storage/Files/BackgroundThread.cs")]
    [InlineData(@"\bGuid\.NewGuid\(\)", "Identifiers are UUIDv7.")]
    [InlineData(@"\bConsole\.Write", "Only commands write to the console.", "src/Nebula.Server/Commands/", "src/Nebula.Server/Logging/")]
    [InlineData(@"#pragma warning disable(?!.* // )", "A warning is mended, or it is said why not.")]
    public void No_source_line_has(string pattern, string reason, params string[] except) =>
        Assert.True(!Find("src", pattern, except).Any(), $"{reason}\n{string.Join('\n', Find("src", pattern, except))}");

    [Theory]
    [InlineData("src/Nebula.Api")]
    [InlineData("src/Nebula.Core")]
    [InlineData("src/Nebula.Server")]
    public void SQL_is_made_in_the_storage_alone(string project) =>
        Assert.Empty(Find(project, @"[""\s](SELECT\s+.+\s+FROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW|TRIGGER)\s|PRAGMA\s)"));

    [Fact]
    public void Suppressions_say_why() => Assert.Empty(
        from path in Layers.SourceFiles()
        from line in Layers.Code(path)
        where line.Text.Contains("SuppressMessage", StringComparison.Ordinal) && !line.Text.Contains("Justification", StringComparison.Ordinal)
        select $"{path}({line.Number})");

    private static IEnumerable<string> Find(string folder, string pattern, params string[] except) =>
        from path in Layers.SourceFiles(folder)
        where !except.Any(part => path.Replace('\\', '/').StartsWith(part, StringComparison.Ordinal))
        from line in Layers.Code(path)
        where Regex.IsMatch(line.Text, pattern, RegexOptions.None, _patience)
        select $"{path}({line.Number}): {line.Text.Trim()}";

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public .*\b(class|record|struct|interface|enum|delegate)\b")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|unsafe|ref)\s+)*(?:class|record struct|record|struct|interface|enum)\s+(?<name>\w+)")]
    private static partial Regex AnyType();
}
