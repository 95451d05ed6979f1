using System.Text.RegularExpressions;
using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed partial class ConfigurationDocumentationTests
{
    [Fact]
    public void The_documentation_has_the_table_of_the_code_line_by_line()
    {
        var documented = File.ReadLines(InRepository("docs", "configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var known = KnownVariables.All.Concat(KnownVariables.Families).Select(variable => $"| `{variable.Name}` | {variable.Default} | {variable.Allowed} | {variable.Meaning} |");

        Assert.Equal(known, documented);
    }

    [Fact]
    public void The_example_file_names_the_variables_of_the_code()
    {
        var named = File.ReadLines(InRepository(".env.example"))
            .Select(line => Assignment().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

        Assert.Equal(KnownVariables.All.Select(variable => variable.Name).Order(), named.Order());
    }

    [Fact]
    public void The_example_file_starts_a_server_as_it_is_with_every_line_in_force()
    {
        using var directory = new TemporaryDirectory();
        var everyLine = File.ReadLines(InRepository(".env.example")).Select(line => Assignment().IsMatch(line) ? line.TrimStart('#') : line);
        File.WriteAllLines(directory.In(".env"), everyLine);

        var options = NebulaOptions.From(DotEnv.Read(directory.In(".env")));

        Assert.Equal("", options.Api.JwtSecret);
        Assert.Empty(options.Warnings);
    }

    [Fact]
    public void Each_variable_is_known_once() =>
        Assert.Equal(KnownVariables.All.Count, KnownVariables.All.Select(variable => variable.Name).Distinct().Count());

    // "SERVER_PORT=8080" or, out of force, "#SERVER_PORT=8080".
    [GeneratedRegex("^#?([A-Z][A-Z0-9_]*)=")]
    private static partial Regex Assignment();

    private static string InRepository(params string[] parts)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Nebula.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return Path.Combine([directory.FullName, .. parts]);
    }
}
