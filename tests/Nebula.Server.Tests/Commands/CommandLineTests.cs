using Nebula.Server.Commands;

namespace Nebula.Server.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("ada@example.org/shop", "--to", "two")]
    [InlineData("--to", "two", "ada@example.org/shop")]
    [InlineData("--to=two", "ada@example.org/shop")]
    public void Values_and_options_come_in_any_order(params string[] arguments)
    {
        var line = new CommandLine(arguments, "to");

        Assert.Equal("ada@example.org/shop", line.Single("the database"));
        Assert.Equal("two", line.Required("to"));
        Assert.Null(line.Fault);
    }

    [Theory]
    [InlineData("the database is missing", "--to", "two")]
    [InlineData("'--to' is missing", "shop")]
    [InlineData("'--to' needs a value", "shop", "--to")]
    [InlineData("'--to' is given twice", "shop", "--to", "one", "--to=two")]
    [InlineData("there is no option '--too'", "shop", "--too=two", "--to", "two")]
    [InlineData("'other' is one argument too many", "shop", "other", "--to", "two")]
    public void The_first_fault_is_told(string fault, params string[] arguments)
    {
        var line = new CommandLine(arguments, "to");

        line.Single("the database");
        line.Required("to");

        Assert.Equal(fault, line.Fault);
    }
}
