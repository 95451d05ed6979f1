using Nebula.Server.Options;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Options;

public sealed class DescriptorBudgetTests
{
    private static readonly Dictionary<string, string> _two = new() { ["NEBULA_READERS_PER_DATABASE"] = "2" };

    [Theory]
    [InlineData(1_048_576, 200, 20_000)]
    [InlineData(20_000, 200, 18_344)]
    [InlineData(1024, 54, 390)] // 7 for each database
    [InlineData(300, 3, 23)]
    [InlineData(64, 1, 16)]
    public void Databases_and_connections_have_no_more_descriptors_than_there_are(long limit, int databases, int connections)
    {
        var options = DescriptorBudget.Fit(NebulaOptions.From(_two), limit);

        Assert.Equal((databases, connections), (options.Storage.MaxOpenDatabases, options.MaxConnections));
        Assert.Equal(databases < 200 ? 1 : 0, options.Warnings.Count);
    }

    [Fact]
    public void A_server_that_opens_no_files_has_all_of_them_for_connections()
    {
        var postgres = new Dictionary<string, string>(_two) { ["NEBULA_STORAGE"] = "postgres", ["DATABASE_URL"] = "postgres://nebula@db/nebula", ["JWT_SECRET"] = TestServer.JwtSecret };

        var options = DescriptorBudget.Fit(NebulaOptions.From(postgres), 1024);

        Assert.Equal(768, options.MaxConnections);
        Assert.Empty(options.Warnings);
    }

    [Fact]
    public void What_nobody_can_tell_changes_nothing()
    {
        var options = NebulaOptions.From(_two);

        Assert.Same(options, DescriptorBudget.Fit(options, limit: null));
    }
}
