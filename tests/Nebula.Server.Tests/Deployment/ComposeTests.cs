using System.Globalization;
using System.Net;
using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

public sealed class ComposeTests
{
    private static readonly YamlMappingNode _compose = SourceTree.ReadYaml("infra/docker/compose.yaml");
    private static readonly YamlMappingNode _server = _compose.Map("services", "nebula");
    private static readonly YamlMappingNode _proxy = _compose.Map("services", "nginx");

    [Fact]
    public void The_server_is_built_from_the_Dockerfile_of_this_tree()
    {
        var context = Path.GetFullPath(Path.Combine(SourceTree.Absolute("infra/docker"), _server.Text("build", "context")));

        Assert.Equal(SourceTree.Root, context);
        Assert.Equal(Dockerfile.Location, _server.Text("build", "dockerfile"));
    }

    [Fact]
    public void The_data_is_on_a_named_volume()
    {
        var parts = Assert.Single(_server.Texts("volumes")).Split(':');

        Assert.True(_compose.Map("volumes").Has(parts[0]));
        Assert.Equal(Dockerfile.Read().Volume, parts[1]);
    }

    [Fact]
    public void Only_the_proxy_is_published_and_only_on_this_machine()
    {
        Assert.False(_server.Has("ports"));
        Assert.Equal("true", _compose.Text("networks", "inside", "internal"));
        Assert.Equal(["inside"], _server.Texts("networks"));
        Assert.All(_proxy.Texts("ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public void The_server_believes_the_proxy_and_nobody_beyond_its_network()
    {
        var network = Assert.Single(_compose.Items("networks", "inside", "ipam", "config")).Text("subnet");

        Assert.Equal(network, _server.Text("environment", "TRUSTED_PROXIES"));
        Assert.True(IPNetwork.Parse(network).PrefixLength >= 24);
    }

    [Fact]
    public void Every_container_is_read_only_unprivileged_and_bounded()
    {
        Assert.All(_compose.Members("services"), service =>
        {
            Assert.Equal("true", service.Value.Text("read_only"));
            Assert.Equal(["ALL"], service.Value.Texts("cap_drop"));
            Assert.Contains("no-new-privileges:true", service.Value.Texts("security_opt"));
            Assert.NotEmpty(service.Value.Text("mem_limit"));
            Assert.True(decimal.Parse(service.Value.Text("cpus"), CultureInfo.InvariantCulture) > 0);
            Assert.True(int.Parse(service.Value.Text("pids_limit"), CultureInfo.InvariantCulture) > 0);
            Assert.False(service.Value.Has("privileged"));
            Assert.NotEmpty(service.Value.Text("logging", "options", "max-size"));
            // The image of the server has a user of its own; the others would start as root.
            Assert.True(service.Value.Has("build") || service.Value.Text("user").Split(':')[0] is not ("" or "0" or "root"), service.Name);
        });
    }

    [Fact]
    public void The_server_has_time_to_finish_what_runs()
    {
        var grace = _server.Text("stop_grace_period");

        Assert.EndsWith("s", grace, StringComparison.Ordinal);
        Assert.True(int.Parse(grace[..^1], CultureInfo.InvariantCulture) >= 30);
    }

    [Fact]
    public void The_proxy_waits_until_the_server_is_healthy() =>
        Assert.Equal("service_healthy", _proxy.Text("depends_on", "nebula", "condition"));

    [Fact]
    public void No_secret_is_written_down()
    {
        Assert.Equal("", _server.Text("environment", "JWT_SECRET"));
        Assert.All(_compose.Members("secrets"), secret => Assert.StartsWith("./certs/", secret.Value.Text("file"), StringComparison.Ordinal));
        Assert.Contains("certs/", File.ReadLines(SourceTree.Absolute("infra/docker/.gitignore")));
    }
}
