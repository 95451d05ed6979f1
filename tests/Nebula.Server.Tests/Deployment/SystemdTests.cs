namespace Nebula.Server.Tests.Deployment;

public sealed class SystemdTests
{
    private static readonly ILookup<string, string> _unit = File.ReadLines(SourceTree.Absolute("infra/systemd/nebula.service"))
        .Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToLookup(parts => parts[0], parts => parts[1]);

    [Theory]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("ProtectHome", "yes")]
    [InlineData("PrivateTmp", "yes")]
    [InlineData("PrivateDevices", "yes")]
    [InlineData("MemoryDenyWriteExecute", "yes")]
    [InlineData("CapabilityBoundingSet", "")]
    [InlineData("DynamicUser", "yes")]
    public void The_unit_takes_away_what_the_server_does_not_need(string setting, string value) => Assert.Equal([value], _unit[setting]);

    [Fact]
    public void The_data_is_in_the_units_own_directory_that_others_do_not_reach()
    {
        Assert.Contains($"DATABASE_DIRECTORY=/var/lib/{Assert.Single(_unit["StateDirectory"])}", _unit["Environment"]);
        Assert.Equal(["0700"], _unit["StateDirectoryMode"]);
        Assert.Equal(["0077"], _unit["UMask"]);
    }

    [Fact]
    public void The_server_has_time_to_finish_what_runs_and_comes_back_when_it_falls()
    {
        Assert.Equal(["SIGTERM"], _unit["KillSignal"]);
        Assert.True(int.Parse(Assert.Single(_unit["TimeoutStopSec"]), System.Globalization.CultureInfo.InvariantCulture) >= 30);
        Assert.Equal(["on-failure"], _unit["Restart"]);
    }
}
