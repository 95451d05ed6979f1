using System.Globalization;
using System.Reflection;
using Nebula.Api.Http;
using Nebula.Core;
using Nebula.Server.Tests.Deployment;

namespace Nebula.Server.Tests.About;

/// <summary>docs/errors.md is the table in the code.</summary>
public sealed class ErrorDocumentTests
{
    private static readonly string[] _lines = SourceTree.Read("docs/errors.md").Split('\n');

    [Fact]
    public void Every_code_is_documented_with_its_status_and_no_other()
    {
        var documented = Rows("## Codes").Select(cells => $"{cells[0].Trim('`')} {cells[1]}");

        Assert.Equal(ErrorStatus.All.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Key} {e.Value}")).Order(), documented.Order());
    }

    [Fact]
    public void Every_code_has_a_status() => Assert.Equal(Constants(typeof(ErrorCodes)), ErrorStatus.All.Keys.Order());

    [Fact]
    public void Every_code_says_when_it_comes_and_what_to_do() =>
        Assert.All(Rows("## Codes"), cells => Assert.True(cells.Length == 4 && cells[2].Length > 10 && cells[3].Length > 5, cells[0]));

    [Fact]
    public void Every_code_of_a_field_is_documented_and_no_other() =>
        Assert.Equal(Constants(typeof(FieldCodes)), Rows("## Field codes").Select(cells => cells[0].Trim('`')).Order());

    [Fact]
    public void Codes_are_words_with_underscores() =>
        Assert.All(Constants(typeof(ErrorCodes)).Concat(Constants(typeof(FieldCodes))), code => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", code));

    [Fact]
    public void Every_code_that_a_test_expects_exists()
    {
        var sources = Directory.GetFiles(SourceTree.Absolute("tests/Nebula.Server.Tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

        var expected = sources.SelectMany(s => System.Text.RegularExpressions.Regex.Matches(s, @"ShouldBe\(\d{3}, ""([a-z_]+)""").Select(m => m.Groups[1].Value)).Distinct();

        Assert.Empty(expected.Except(ErrorStatus.All.Keys));
    }

    private static IEnumerable<string[]> Rows(string heading) => _lines
        .SkipWhile(l => l != heading).Skip(1)
        .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
        .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
        .Select(l => l.Trim().Trim('|').Split(" | ", StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetRawConstantValue() as string ?? "").Order();
}
