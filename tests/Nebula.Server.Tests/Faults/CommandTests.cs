namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class CommandTests : IDisposable
{
    private const string Email = "ada@example.org";

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
        Assert.All(["serve", "migrate", "move", "quota", "health", "version", "help"], command => Assert.Contains($"  {command} ", output, StringComparison.Ordinal));
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

    [Fact]
    public async Task Quotas_of_an_account_are_shown_and_set_with_a_server_and_without()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var server = await ServerProcess.StartAsync(_workspace.Start(), ct))
        {
            using var client = await Client.SignUpAsync(server.Address, ct, Email);

            var (code, output, errors) = await RunAsync(["quota", Email, "--databases", "1", "--rows=500"]);
            Assert.Equal((0, ""), (code, errors));
            Assert.Matches(@"databases +1  set for this account\s+tables_per_database +unlimited\s+bytes_per_database +unlimited\s+rows_per_request +500  set", output);
            Assert.True((await client.PostAsync("/api/v1/databases", new { db_name = "one" }, ct)).IsSuccess);
            Assert.Equal("quota_exceeded", (await client.PostAsync("/api/v1/databases", new { db_name = "two" }, ct)).Code);
            await server.KillAsync();
        }

        var (_, shown, _) = await RunAsync(["quota", Email, "--rows", "default"]);
        Assert.Matches(@"databases +1  set(.|\s)*rows_per_request +unlimited\s", shown);
    }

    [Theory]
    [InlineData("e-mail address is missing")]
    [InlineData("'--databases' must be a number above 0", "a@example.org", "--databases", "-1")]
    [InlineData("'--databases' must be a number above 0", "a@example.org", "--databases=0")]
    [InlineData("there is no option '--columns'", "a@example.org", "--columns", "5")]
    public async Task A_quota_that_is_none_is_named_and_ends_with_2(string expected, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(["quota", .. arguments]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> variables) =>
        ServerProcess.RunAsync(_workspace.Start(variables), arguments, TestContext.Current.CancellationToken);
}
