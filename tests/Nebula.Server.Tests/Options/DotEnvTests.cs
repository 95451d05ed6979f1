using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed class DotEnvTests
{
    [Theory]
    [InlineData("KEY=value", "value")]
    [InlineData("  KEY = value  ", "value")]
    [InlineData("export KEY=value", "value")]
    [InlineData("KEY=", "")]
    [InlineData("KEY=a=b", "a=b")]
    [InlineData("KEY=two words", "two words")]
    [InlineData("KEY=value # comment", "value")]
    [InlineData("KEY=value#no comment", "value#no comment")]
    [InlineData("KEY=#value", "#value")]
    [InlineData("KEY= # comment", "")]
    [InlineData("KEY='a # b'", "a # b")]
    [InlineData(@"KEY='a\n""b'", @"a\n""b")]
    [InlineData("KEY='' # comment", "")]
    [InlineData("KEY=\"a # b\" # comment", "a # b")]
    [InlineData(@"KEY=""a\nb""", "a\nb")]
    [InlineData(@"KEY=""a\""b""", "a\"b")]
    [InlineData(@"KEY=""a\\nb""", @"a\nb")]
    [InlineData("KEY=it's", "it's")]
    [InlineData("KEY=$HOME", "$HOME")]
    public void A_line_gives_its_value(string line, string value) => Assert.Equal(value, Read(line)["KEY"]);

    [Fact]
    public void Comments_and_blank_lines_are_skipped_and_line_ends_of_Windows_understood()
    {
        var variables = Read("\uFEFF# a comment\r\n\r\nONE=1\r\n   # another = one\r\n_TWO2='2'\r\n");

        Assert.Equal(new Dictionary<string, string> { ["ONE"] = "1", ["_TWO2"] = "2" }, variables);
    }

    [Theory]
    [InlineData("KEY", "has no '='")]
    [InlineData("=value", "the name before '='")]
    [InlineData("1KEY=value", "the name before '='")]
    [InlineData("MY KEY=value", "the name before '='")]
    [InlineData("MY-KEY=value", "the name before '='")]
    [InlineData("KEY='open", "closing ' is missing")]
    [InlineData("KEY=\"open", "closing \" is missing")]
    [InlineData("KEY=\"open\\", "closing \" is missing")]
    [InlineData(@"KEY=""a\tb""", @"after \ in double quotes")]
    [InlineData("KEY='a'b", "something follows the closing quote")]
    public void A_wrong_line_is_refused_with_its_number_and_without_its_value(string line, string fault)
    {
        var problem = Assert.Single(Refused($"ONE=1\n\n{line}\n").Problems);

        Assert.Contains(".env, line 3: ", problem, StringComparison.Ordinal);
        Assert.Contains(fault, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("value", problem.Replace("the value's", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_lines_are_reported_at_once() => Assert.Equal(2, Refused("ONE\nTWO=2\nTHREE").Problems.Count);

    [Fact]
    public void A_variable_given_twice_is_refused() =>
        Assert.EndsWith("line 2: ONE is given a second time", Assert.Single(Refused("ONE=1\nONE=2").Problems), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_read_is_refused()
    {
        using var directory = new TemporaryDirectory();

        var refused = Assert.Throws<InvalidOptionsException>(() => DotEnv.Read(directory.Path));

        Assert.Contains("can't be read", refused.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Read(string content)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.In(".env"), content);
        return DotEnv.Read(directory.In(".env"));
    }

    private static InvalidOptionsException Refused(string content) => Assert.Throws<InvalidOptionsException>(() => Read(content));
}
