using System.Collections;
using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed class VariablesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Without_a_file_the_real_variables_are_all() => Assert.Equal("1", From(("ONE", "1"))["ONE"]);

    [Fact]
    public void A_file_in_the_working_directory_adds_to_the_real_variables_and_they_win()
    {
        Write("ONE=file\nTWO=file\nTHREE=file");

        var variables = From(("ONE", "real"), ("TWO", ""));

        // An empty one counts as not given.
        Assert.Equal(("real", "file", "file"), (variables["ONE"], variables["TWO"], variables["THREE"]));
    }

    [Theory]
    [InlineData("production")]
    [InlineData("Production")]
    public void In_production_the_file_is_not_read(string production)
    {
        Write("ONE=file\nnot even well-formed");

        Assert.False(From(("APP_ENV", production)).ContainsKey("ONE"));
    }

    [Fact]
    public void A_file_that_says_production_is_read_and_believed()
    {
        Write("APP_ENV=production\nSERVER_PORT=9000");

        var options = NebulaOptions.From(From());

        Assert.True(options.IsProduction);
        Assert.Equal(9000, options.Port);
    }

    [Fact]
    public void A_wrong_file_stops_the_start()
    {
        Write("not even well-formed");

        Assert.Throws<InvalidOptionsException>(() => From());
    }

    private void Write(string content) => File.WriteAllText(_directory.In(".env"), content);

    private IReadOnlyDictionary<string, string> From(params (string Name, string Value)[] variables)
    {
        var environment = new Hashtable();
        foreach (var (name, value) in variables)
            environment[name] = value;
        return Variables.FromEnvironment(environment, _directory.Path);
    }
}
