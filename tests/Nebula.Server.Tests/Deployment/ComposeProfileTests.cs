using System.Net;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

/// <summary>The profile <c>postgres</c>: two servers that share PostgreSQL and Redis.</summary>
public sealed class ComposeProfileTests
{
    private static readonly YamlMappingNode _compose = SourceTree.ReadYaml("infra/docker/compose.yaml");
    private static readonly YamlMappingNode _replica = _compose.Map("services", "replica");
    private static readonly YamlMappingNode _migration = _compose.Map("services", "migrate");
    private static readonly YamlMappingNode _balancer = _compose.Map("services", "balancer");
    private static readonly YamlMappingNode _postgres = _compose.Map("services", "postgres");
    private static readonly YamlMappingNode _redis = _compose.Map("services", "redis");

    [Fact]
    public void Without_the_profile_there_is_one_server_and_its_proxy()
    {
        var always = _compose.Members("services").Where(service => !service.Value.Has("profiles")).Select(service => service.Name);
        var others = _compose.Members("services").Where(service => service.Value.Has("profiles"));

        Assert.Equal(["nebula", "nginx"], always.Order(StringComparer.Ordinal));
        Assert.All(others, service => Assert.Equal(["postgres"], service.Value.Texts("profiles")));
    }

    [Fact]
    public void Several_servers_of_the_same_image_keep_nothing()
    {
        Assert.True(int.Parse(_replica.Text("deploy", "replicas"), System.Globalization.CultureInfo.InvariantCulture) >= 2);
        Assert.Equal(_compose.Text("services", "nebula", "image"), _replica.Text("image"));
        Assert.Empty(_replica.Items("volumes"));
        Assert.Contains(_replica.Texts("tmpfs"), mount => mount.StartsWith($"{Dockerfile.Read().Volume}:", StringComparison.Ordinal) && mount.Contains("uid=10001", StringComparison.Ordinal));
    }

    [Fact]
    public void The_servers_are_found_under_the_name_that_the_proxy_asks()
    {
        Assert.Contains("nebula", _replica.Texts("networks", "replicas", "aliases"));
        Assert.Contains("server nebula:8080 resolve;", SourceTree.Read("infra/docker/nginx.conf"), StringComparison.Ordinal);
        Assert.Contains("./nginx.conf:/etc/nginx/nginx.conf:ro", _balancer.Texts("volumes"));
    }

    [Fact]
    public void A_server_that_was_replaced_is_found_by_the_proxy_without_a_restart()
    {
        var upstream = Regex.Match(SourceTree.Read("infra/docker/nginx.conf"), "upstream nebula {(.*?)}", RegexOptions.Singleline).Groups[1].Value;
        var version = Version.Parse(Regex.Match(_compose.Text("services", "nginx", "image"), "^nginx:([0-9.]+)").Groups[1].Value);

        // Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server, which wants all three for it.
        Assert.Contains(" resolve;", upstream, StringComparison.Ordinal);
        Assert.Contains("zone ", upstream, StringComparison.Ordinal);
        Assert.Matches(@"resolver 127\.0\.0\.11 valid=\d+s", SourceTree.Read("infra/docker/nginx.conf"));
        Assert.True(version >= new Version(1, 28), $"nginx {version} does not resolve names again.");
    }

    [Fact]
    public void The_proxy_does_not_reach_the_stores_and_the_stores_reach_nothing()
    {
        Assert.Equal(["replicas", "outside"], _balancer.Texts("networks"));
        Assert.All(new[] { _postgres, _redis, _migration }, service => Assert.Equal(["stores"], service.Texts("networks")));
        Assert.All(new[] { _postgres, _redis, _replica, _migration }, service => Assert.False(service.Has("ports")));
        Assert.All(["replicas", "stores"], network => Assert.Equal("true", _compose.Text("networks", network, "internal")));
    }

    [Fact]
    public void The_servers_believe_the_proxy_and_nobody_beyond_its_network()
    {
        var network = Assert.Single(_compose.Items("networks", "replicas", "ipam", "config")).Text("subnet");

        Assert.Equal(network, _replica.Text("environment", "TRUSTED_PROXIES"));
        Assert.True(IPNetwork.Parse(network).PrefixLength >= 24);
        Assert.NotEqual(network, Assert.Single(_compose.Items("networks", "inside", "ipam", "config")).Text("subnet"));
    }

    [Fact]
    public void PostgreSQL_comes_first_then_the_migration_then_the_servers_then_the_proxy()
    {
        Assert.Equal("service_healthy", _migration.Text("depends_on", "postgres", "condition"));
        Assert.Equal("migrate", Assert.Single(_migration.Texts("command")));
        Assert.Equal("service_completed_successfully", _replica.Text("depends_on", "migrate", "condition"));
        Assert.Equal("service_healthy", _balancer.Text("depends_on", "replica", "condition"));
        Assert.StartsWith("on-failure", _migration.Text("restart"), StringComparison.Ordinal);
        Assert.Contains("pg_isready", _postgres.Texts("healthcheck", "test"));
        // A server does without it, so nobody waits until it is well.
        Assert.Equal("service_started", _replica.Text("depends_on", "redis", "condition"));
    }

    [Fact]
    public void The_servers_are_told_where_the_stores_are()
    {
        Assert.Equal("postgres", _replica.Text("environment", "NEBULA_STORAGE"));
        Assert.Equal("postgres://nebula:${POSTGRES_PASSWORD-}@postgres:5432/nebula", _replica.Text("environment", "DATABASE_URL"));
        Assert.Equal("redis://redis:6379", _replica.Text("environment", "REDIS_URL"));
        Assert.Equal("", _replica.Text("environment", "JWT_SECRET"));
        Assert.Equal("${POSTGRES_PASSWORD-}", _postgres.Text("environment", "POSTGRES_PASSWORD"));
    }

    [Fact]
    public void The_data_is_on_a_named_volume_and_the_counters_are_on_none()
    {
        var parts = Assert.Single(_postgres.Texts("volumes")).Split(':');

        Assert.True(_compose.Map("volumes").Has(parts[0]));
        Assert.Equal("/var/lib/postgresql/data", parts[1]);
        Assert.False(_redis.Has("volumes"));
    }
}
