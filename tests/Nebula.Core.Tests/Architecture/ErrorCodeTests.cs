using System.Text.RegularExpressions;

namespace Nebula.Core.Tests.Architecture;

public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Every_error_code_is_documented_and_nothing_else_is() => Assert.Equal(Constants(typeof(ErrorCodes)), Documented("## Codes"));

    [Fact]
    public void Every_field_code_is_documented_and_nothing_else_is() => Assert.Equal(Constants(typeof(FieldCodes)), Documented("## Field codes"));

    [Theory]
    [InlineData(typeof(ErrorCodes))]
    [InlineData(typeof(FieldCodes))]
    public void Codes_are_written_in_snake_case_and_named_after_themselves(Type codes) => Assert.All(codes.GetFields(), field =>
    {
        var code = Assert.IsType<string>(field.GetRawConstantValue());
        Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", code);
        Assert.Equal(field.Name, code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    });

    private static IEnumerable<string> Constants(Type codes) =>
        codes.GetFields().Select(f => Assert.IsType<string>(f.GetRawConstantValue())).Order(StringComparer.Ordinal);

    /// <summary>The first column of the table below a heading.</summary>
    private static IEnumerable<string> Documented(string heading)
    {
        var section = SourceTree.Read("docs/errors.md").Split($"\n{heading}\n")[1].Split("\n## ")[0];
        return FirstColumn().Matches(section).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstColumn();
}
