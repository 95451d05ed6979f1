namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class ConfigurationTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Theory]
    [InlineData("SERVER_PORT", "eighty")]
    [InlineData("SERVER_HOST", "not a host")]
    [InlineData("JWT_SECRET", "too-short")]
    [InlineData("JWT_EXPIRATION_HOURS", "0")]
    [InlineData("SIGNUP", "maybe")]
    [InlineData("ALLOWED_ORIGINS", "*")]
    [InlineData("DATABASE_DIRECTORY_FILE", "../metadata.db")]
    [InlineData("RATE_LIMIT_PER_MINUTE", "-1")]
    [InlineData("TRUSTED_PROXIES", "everyone")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("NEBULA_WRITE_TIMEOUT_MS", "soon")]
    public async Task A_wrong_value_stops_the_start_by_the_name_of_its_variable(string name, string value)
    {
        var (code, _, errors) = await RunAsync((name, value));

        Assert.Equal(2, code);
        Assert.Contains(name, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.Data));
    }

    [Fact]
    public async Task All_wrong_values_are_named_at_once()
    {
        var (code, _, errors) = await RunAsync(("SERVER_PORT", "eighty"), ("SIGNUP", "maybe"));

        Assert.Equal(2, code);
        Assert.Contains("SERVER_PORT", errors, StringComparison.Ordinal);
        Assert.Contains("SIGNUP", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_not_repeated()
    {
        const string Secret = "hunter2-hunter2";

        var (_, output, errors) = await RunAsync(("JWT_SECRET", Secret));

        Assert.DoesNotContain(Secret, output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_with_a_plain_sentence()
    {
        await using var other = await ServerProcess.StartAsync(_workspace.Start(), TestContext.Current.CancellationToken);
        using var workspace = new Workspace();

        var (code, _, errors) = await ServerProcess.RunAsync(
            workspace.Start(("SERVER_PORT", $"{other.Address.Port}")), [], TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains($"{other.Address.Port}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_of_Nebula_that_nobody_knows_is_warned_about_and_the_server_starts()
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(("NEBULA_MAX_OPEN_DATABASE", "5")), TestContext.Current.CancellationToken);

        Assert.Contains("NEBULA_MAX_OPEN_DATABASE", server.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params IReadOnlyList<(string Name, string Value)> variables) =>
        ServerProcess.RunAsync(_workspace.Start(variables), [], TestContext.Current.CancellationToken);
}
