using System.Text.RegularExpressions;
using k8s.Models;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Deployment;

public sealed class NetworkTests
{
    private static readonly V1Service _service = Manifests.Read<V1Service>($"{Manifests.Base}/service.yaml");
    private static readonly V1Ingress _ingress = Manifests.Read<V1Ingress>($"{Manifests.Base}/ingress.yaml");
    private static readonly V1Ingress _files = Manifests.Read<V1Ingress>($"{Manifests.Base}/ingress-files.yaml");
    private static readonly V1NetworkPolicy _policy = Manifests.Read<V1NetworkPolicy>($"{Manifests.Base}/networkpolicy.yaml");
    private static readonly V1ContainerPort _port = Assert.Single(Manifests.Container.Ports);

    [Fact]
    public void The_server_listens_on_the_port_that_the_image_exposes() => Assert.Equal(Dockerfile.Read().Port, _port.ContainerPort);

    [Fact]
    public void The_service_leads_to_the_pods_and_to_their_port()
    {
        var labels = Manifests.Deployment.Spec.Template.Metadata.Labels;

        Assert.NotEmpty(_service.Spec.Selector);
        Assert.All(_service.Spec.Selector, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.Equal(_port.Name, Assert.Single(_service.Spec.Ports).TargetPort.Value);
        Assert.Equal("ClusterIP", _service.Spec.Type);
    }

    [Fact]
    public void The_ingress_leads_to_the_service_and_ends_TLS()
    {
        var rule = Assert.Single(_ingress.Spec.Rules);
        var path = Assert.Single(rule.Http.Paths);

        Assert.Equal(_service.Metadata.Name, path.Backend.Service.Name);
        Assert.Equal(Assert.Single(_service.Spec.Ports).Name, path.Backend.Service.Port.Name);
        Assert.Equal(("/", "Prefix"), (path.Path, path.PathType));
        Assert.Equal([rule.Host], Assert.Single(_ingress.Spec.Tls).Hosts);
        Assert.False(string.IsNullOrEmpty(_ingress.Spec.Tls[0].SecretName));
        Assert.False(string.IsNullOrEmpty(_ingress.Spec.IngressClassName));
    }

    [Fact]
    public void Whole_files_pass_the_ingress_in_any_size_and_are_waited_for()
    {
        var rule = Assert.Single(_files.Spec.Rules);
        var annotations = _files.Metadata.Annotations;

        Assert.Equal(_ingress.Spec.Rules[0].Host, rule.Host);
        Assert.Equal(_ingress.Spec.Tls[0].SecretName, Assert.Single(_files.Spec.Tls).SecretName);
        Assert.Equal([rule.Host], _files.Spec.Tls[0].Hosts);
        Assert.Equal(_ingress.Spec.IngressClassName, _files.Spec.IngressClassName);
        Assert.All(rule.Http.Paths, path => Assert.Equal("ImplementationSpecific", path.PathType));
        Assert.All(rule.Http.Paths, path => Assert.Equal((_service.Metadata.Name, _service.Spec.Ports[0].Name), (path.Backend.Service.Name, path.Backend.Service.Port.Name)));
        Assert.Equal("true", annotations["nginx.ingress.kubernetes.io/use-regex"]);
        Assert.Equal("0", annotations["nginx.ingress.kubernetes.io/proxy-body-size"]);
        Assert.Equal("off", annotations["nginx.ingress.kubernetes.io/proxy-request-buffering"]);
        Assert.Equal("3600", annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]);
        Assert.Equal("off", annotations["nginx.ingress.kubernetes.io/proxy-next-upstream"]);
    }

    [Fact]
    public void Only_the_routes_of_whole_files_have_no_bound_at_the_ingress()
    {
        // As ingress-nginx matches them: from the beginning, without case.
        var paths = _files.Spec.Rules[0].Http.Paths.Select(path => new Regex($"^{path.Path}", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1))).ToList();
        bool IsFile(string path) => paths.Exists(p => p.IsMatch(path));

        Assert.Equal(
            [
                .. ApiRoute.All.Select(r => r.ToString()).Where(r => r.Contains("/backups", StringComparison.Ordinal)).Append("GET /api/v1/databases/{db}/export")
                    .Append("POST /api/v1/databases/import").Append("POST /api/v1/databases/{db}/tables/{table}/import").Order(StringComparer.Ordinal),
            ],
            ApiRoute.All.Where(r => IsFile(r.Template)).Select(r => r.ToString()).Order(StringComparer.Ordinal));
        Assert.True(IsFile("/api/v1/databases/shop/tables/one/of two/import"));
        Assert.False(IsFile("/api/v1/databases/shop/tables/import/records"));
        Assert.False(IsFile("/api/v1/databases/shop/tables/items/records/import"));
        Assert.False(IsFile("/api/v1/databases/import/tables"));
        Assert.False(IsFile("/api/v1/databases/imported"));
    }

    [Fact]
    public void Only_the_ingress_controller_reaches_the_server_and_only_on_its_port()
    {
        var labels = Manifests.Deployment.Spec.Template.Metadata.Labels;
        var rule = Assert.Single(_policy.Spec.Ingress);
        var from = Assert.Single(rule.FromProperty);

        Assert.NotEmpty(_policy.Spec.PodSelector.MatchLabels);
        Assert.All(_policy.Spec.PodSelector.MatchLabels, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.Equal("ingress-nginx", from.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
        Assert.Null(from.IpBlock);
        Assert.Equal(_port.Name, Assert.Single(rule.Ports).Port.Value);
    }

    [Fact]
    public void The_server_reaches_nobody()
    {
        Assert.Equal(["Egress", "Ingress"], _policy.Spec.PolicyTypes.Order());
        // Kubernetes takes a missing list and an empty one alike: no rule, so nothing is allowed.
        Assert.Empty(_policy.Spec.Egress ?? []);
    }
}
