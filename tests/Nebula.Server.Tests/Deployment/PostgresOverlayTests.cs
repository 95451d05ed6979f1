using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

public sealed class PostgresOverlayTests
{
    private static readonly V1Deployment _patch = Manifests.PostgresPatch;
    private static readonly V1PodSpec _pod = _patch.Spec.Template.Spec;
    private static readonly V1Container _container = Assert.Single(_pod.Containers);
    private static readonly V1Job _job = Manifests.Read<V1Job>($"{Manifests.Postgres}/migration.yaml");
    private static readonly V2HorizontalPodAutoscaler _scaler = Manifests.Read<V2HorizontalPodAutoscaler>($"{Manifests.Postgres}/horizontalpodautoscaler.yaml");
    private static readonly V1PodDisruptionBudget _budget = Manifests.Read<V1PodDisruptionBudget>($"{Manifests.Postgres}/poddisruptionbudget.yaml");
    private static readonly V1NetworkPolicy _policy = Manifests.Read<V1NetworkPolicy>($"{Manifests.Postgres}/networkpolicy.yaml");
    private static readonly Dictionary<string, string> _settings = SourceTree.ReadVariables($"{Manifests.Postgres}/config.env");

    [Fact]
    public void The_overlay_changes_the_deployment_and_the_container_of_the_base()
    {
        Assert.Equal(Manifests.Deployment.Metadata.Name, _patch.Metadata.Name);
        Assert.Equal(Manifests.Container.Name, _container.Name);
        Assert.Contains("../../base", SourceTree.ReadYaml($"{Manifests.Postgres}/kustomization.yaml").Texts("resources"));
    }

    [Fact]
    public void No_volume_outlives_its_pod() => Assert.All(_pod.Volumes.Concat(_job.Spec.Template.Spec.Volumes), volume =>
    {
        Assert.NotNull(volume.EmptyDir.SizeLimit);
        Assert.Null(volume.PersistentVolumeClaim);
        Assert.Null(volume.HostPath);
    });

    [Fact]
    public void Where_the_image_wants_to_write_there_is_room_for_the_largest_import()
    {
        var mount = Assert.Single(_container.VolumeMounts);
        var size = Assert.Single(_pod.Volumes, volume => volume.Name == mount.Name).EmptyDir.SizeLimit.ToDecimal();

        Assert.Equal(Dockerfile.Read().Volume, mount.MountPath);
        Assert.True(decimal.Parse(_settings["MAX_IMPORT_BYTES"], System.Globalization.CultureInfo.InvariantCulture) <= size);
        Assert.True(size <= _container.Resources.Limits["ephemeral-storage"].ToDecimal(), "The volume counts against the limit.");
    }

    [Fact]
    public void An_update_takes_no_server_away_before_the_new_one_serves()
    {
        Assert.Equal("RollingUpdate", _patch.Spec.Strategy.Type);
        Assert.Equal("0", _patch.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
        Assert.Equal("1", _patch.Spec.Strategy.RollingUpdate.MaxSurge.Value);
        var ahead = _container.Lifecycle.PreStop.Sleep.Seconds;
        Assert.True(Manifests.Deployment.Spec.Template.Spec.TerminationGracePeriodSeconds >= ahead + 25, "The 20 s in which the server finishes come after that.");
    }

    [Fact]
    public void The_scaler_alone_says_how_many_servers_there_are()
    {
        Assert.Null(_patch.Spec.Replicas);
        Assert.Equal(("apps/v1", "Deployment", _patch.Metadata.Name), (_scaler.Spec.ScaleTargetRef.ApiVersion, _scaler.Spec.ScaleTargetRef.Kind, _scaler.Spec.ScaleTargetRef.Name));
        Assert.True(_scaler.Spec.MinReplicas >= 2);
        Assert.True(_scaler.Spec.MaxReplicas > _scaler.Spec.MinReplicas);
        Assert.Equal("cpu", Assert.Single(_scaler.Spec.Metrics).Resource.Name);
        Assert.True(Manifests.Container.Resources.Requests.ContainsKey("cpu"), "The scaler measures against what the pod requests.");
    }

    [Fact]
    public void The_most_servers_fit_into_the_PostgreSQL_of_the_example()
    {
        var parameters = Example("Cluster").Map("spec", "postgresql", "parameters");
        // One server more while an update runs, and two connections more in each: for the others' changes, and for the probe.
        var connections = (_scaler.Spec.MaxReplicas + 1) * (Number(_settings["DATABASE_POOL_SIZE"]) + 2);

        Assert.True(connections + 20 <= Number(parameters.Text("max_connections")), $"{connections} connections and the operator's own.");
    }

    [Fact]
    public void Nodes_are_emptied_one_server_after_another()
    {
        Assert.Equal("1", _budget.Spec.MaxUnavailable.Value);
        Assert.Null(_budget.Spec.MinAvailable);
        Assert.All(_budget.Spec.Selector.MatchLabels, label => Assert.Equal(label.Value, Manifests.Deployment.Spec.Template.Metadata.Labels[label.Key]));
    }

    [Fact]
    public void Servers_are_spread_over_zones_and_nodes_and_run_even_if_they_can_not_be()
    {
        var labels = Manifests.Deployment.Spec.Template.Metadata.Labels;

        Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], _pod.TopologySpreadConstraints.Select(spread => spread.TopologyKey).Order(StringComparer.Ordinal));
        Assert.All(_pod.TopologySpreadConstraints, spread =>
        {
            Assert.Equal((1, "ScheduleAnyway"), (spread.MaxSkew, spread.WhenUnsatisfiable));
            Assert.All(spread.LabelSelector.MatchLabels, label => Assert.Equal(label.Value, labels[label.Key]));
        });
    }

    [Fact]
    public void What_is_secret_comes_from_the_secret_and_only_Redis_may_be_missing()
    {
        var secret = Manifests.Read<V1Secret>($"{Manifests.Base}/secret.yaml").Metadata.Name;
        var references = _container.Env.ToDictionary(variable => variable.Name, variable => variable.ValueFrom.SecretKeyRef);

        Assert.Equal(["DATABASE_URL", "JWT_SECRET", "REDIS_URL"], references.Keys.Order(StringComparer.Ordinal));
        Assert.All(references, reference => Assert.Equal((secret, reference.Key), (reference.Value.Name, reference.Value.Key)));
        Assert.Equal(["REDIS_URL"], references.Where(reference => reference.Value.Optional == true).Select(reference => reference.Key));
        // Else the base's "optional" would outlive the patch.
        Assert.False(references["JWT_SECRET"].Optional);
        Assert.DoesNotContain(_settings.Keys, name => name.EndsWith("_URL", StringComparison.Ordinal) || name.EndsWith("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public void The_migration_runs_once_with_the_rights_of_a_server()
    {
        var pod = _job.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        var server = Manifests.Deployment.Spec.Template.Spec;

        Assert.Equal((Manifests.Container.Image, "migrate"), (container.Image, Assert.Single(container.Args)));
        Assert.Equal("Never", pod.RestartPolicy);
        Assert.NotNull(_job.Spec.ActiveDeadlineSeconds);
        Assert.NotNull(_job.Spec.TtlSecondsAfterFinished);
        Assert.Equal((server.SecurityContext.RunAsUser, server.SecurityContext.RunAsGroup), (pod.SecurityContext.RunAsUser, pod.SecurityContext.RunAsGroup));
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.All(["cpu", "memory", "ephemeral-storage"], resource => Assert.True(container.Resources.Limits.ContainsKey(resource), $"No limit of {resource}."));
    }

    [Fact]
    public void The_migration_gets_no_requests()
    {
        var service = Manifests.Read<V1Service>($"{Manifests.Base}/service.yaml").Spec.Selector;

        Assert.Contains(service, label => _job.Spec.Template.Metadata.Labels[label.Key] != label.Value);
    }

    [Fact]
    public void Servers_and_migration_reach_names_PostgreSQL_and_Redis_and_nothing_comes_in_by_that()
    {
        Assert.All(
            new[] { Manifests.Deployment.Spec.Template.Metadata.Labels, _job.Spec.Template.Metadata.Labels },
            labels => Assert.All(_policy.Spec.PodSelector.MatchLabels, label => Assert.Equal(label.Value, labels[label.Key])));
        Assert.Equal(["Egress", "Ingress"], _policy.Spec.PolicyTypes.Order());
        Assert.Empty(_policy.Spec.Ingress ?? []);
        Assert.Equal(["53", "53", "5432", "6379"], _policy.Spec.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value).Order(StringComparer.Ordinal));
        Assert.All(_policy.Spec.Egress, rule => Assert.NotEmpty(rule.To));
    }

    [Fact]
    public void The_example_is_a_cluster_with_its_pooler_in_the_namespace_of_the_servers()
    {
        var (cluster, pooler) = (Example("Cluster"), Example("Pooler"));
        var space = Manifests.Read<V1Namespace>($"{Manifests.Base}/namespace.yaml").Metadata.Name;

        Assert.All(new[] { cluster, pooler }, item => Assert.Equal(("postgresql.cnpg.io/v1", space), (item.Text("apiVersion"), item.Text("metadata", "namespace"))));
        Assert.True(Number(cluster.Text("spec", "instances")) >= 3);
        Assert.Equal("UTF8", cluster.Text("spec", "bootstrap", "initdb", "encoding"));
        Assert.True(Number(cluster.Text("spec", "postgresql", "synchronous", "number")) >= 1, "An answered write must survive a failover.");
        Assert.Equal(cluster.Text("metadata", "name"), pooler.Text("spec", "cluster", "name"));
        Assert.NotEqual(cluster.Text("metadata", "name"), pooler.Text("metadata", "name"));
        Assert.Equal(("rw", "transaction"), (pooler.Text("spec", "type"), pooler.Text("spec", "pgbouncer", "poolMode")));
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    // Kinds that the Kubernetes client does not know.
    private static YamlMappingNode Example(string kind)
    {
        using var reader = new StringReader(SourceTree.Read("infra/k8s/examples/cloudnative-pg.yaml"));
        var stream = new YamlStream();
        stream.Load(reader);
        return Assert.IsType<YamlMappingNode>(Assert.Single(stream.Documents, document => document.RootNode.Text("kind") == kind).RootNode);
    }
}
