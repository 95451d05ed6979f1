namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class CommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task Health_says_yes_while_a_server_lives_and_no_without_one()
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), TestContext.Current.CancellationToken);
        var port = ("SERVER_PORT", server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(0, (await RunAsync(["health"], port)).ExitCode);

        await server.KillAsync();
        var without = await RunAsync(["health"], port);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("no answer", without.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    [InlineData("-v")]
    public async Task Version_names_the_program_and_its_engine(string argument)
    {
        var (code, output, _) = await RunAsync([argument]);

        Assert.Equal(0, code);
        Assert.Matches(@"^nebula \d+\.\d+\.\d+\S* \(SQLite 3\.\d+\.\d+\)\s*$", output);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_lists_every_command(string argument)
    {
        var (code, output, _) = await RunAsync([argument]);

        Assert.Equal(0, code);
        Assert.All(["serve", "health", "version", "help"], command => Assert.Contains($"  {command} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("serve", "--port=80")]
    [InlineData("SERVE")]
    public async Task A_command_that_is_none_is_named_and_ends_with_2(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains($"unknown command '{string.Join(' ', arguments)}'", errors, StringComparison.Ordinal);
        Assert.Contains("Usage: nebula", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.Data));
    }

    public void Dispose() => _workspace.Dispose();

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> variables) =>
        ServerProcess.RunAsync(_workspace.Start(variables), arguments, TestContext.Current.CancellationToken);
}
