using k8s.Models;

namespace Nebula.Server.Tests.Deployment;

public sealed class PodTests
{
    private static readonly V1DeploymentSpec _deployment = Manifests.Deployment.Spec;
    private static readonly V1PodSpec _pod = _deployment.Template.Spec;
    private static readonly V1Container _container = Manifests.Container;

    [Fact]
    public void The_deployment_selects_the_pods_that_it_makes()
    {
        Assert.NotEmpty(_deployment.Selector.MatchLabels);
        Assert.All(_deployment.Selector.MatchLabels, label => Assert.Equal(label.Value, _deployment.Template.Metadata.Labels[label.Key]));
    }

    [Fact]
    public void The_pod_runs_as_the_unprivileged_user_of_the_image()
    {
        var image = Dockerfile.Read();
        var security = _pod.SecurityContext;

        Assert.True(security.RunAsNonRoot);
        Assert.Equal(image.User, $"{security.RunAsUser}:{security.RunAsGroup}");
        Assert.Equal(security.RunAsGroup, security.FsGroup);
        Assert.Equal("OnRootMismatch", security.FsGroupChangePolicy);
        Assert.Equal("RuntimeDefault", security.SeccompProfile.Type);
    }

    [Fact]
    public void The_container_can_neither_gain_rights_nor_change_its_image()
    {
        var security = _container.SecurityContext;

        Assert.False(security.AllowPrivilegeEscalation);
        Assert.True(security.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], security.Capabilities.Drop);
        Assert.Null(security.Capabilities.Add);
        Assert.NotEqual(true, security.Privileged);
        Assert.NotEqual(true, _pod.HostNetwork);
        Assert.NotEqual(true, _pod.HostPID);
        Assert.NotEqual(true, _pod.HostIPC);
    }

    [Fact]
    public void The_pod_knows_nothing_of_the_cluster()
    {
        Assert.False(_pod.AutomountServiceAccountToken);
        // Service links would set NEBULA_PORT and others, which the server takes for misspelt settings.
        Assert.False(_pod.EnableServiceLinks);
        Assert.Equal(Manifests.Read<V1ServiceAccount>($"{Manifests.Base}/serviceaccount.yaml").Metadata.Name, _pod.ServiceAccountName);
    }

    [Fact]
    public void Liveness_asks_what_touches_nothing_and_readiness_what_looks_closer()
    {
        var port = Assert.Single(_container.Ports);

        Assert.Equal("/health", _container.StartupProbe.HttpGet.Path);
        Assert.Equal("/health", _container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/ready", _container.ReadinessProbe.HttpGet.Path);
        Assert.All(
            new[] { _container.StartupProbe, _container.LivenessProbe, _container.ReadinessProbe },
            probe =>
            {
                Assert.Equal(port.Name, probe.HttpGet.Port.Value);
                Assert.InRange(probe.TimeoutSeconds!.Value, 1, probe.PeriodSeconds!.Value);
                Assert.True(probe.FailureThreshold > 1, "One slow answer must not count.");
            });
        Assert.True(_container.StartupProbe.FailureThreshold * _container.StartupProbe.PeriodSeconds >= 60, "A start after a crash takes its time.");
    }

    [Fact]
    public void The_pod_has_time_to_finish_what_runs() => Assert.True(_pod.TerminationGracePeriodSeconds >= 30);

    [Fact]
    public void The_container_says_what_it_needs_and_what_it_may_take()
    {
        Assert.All(["cpu", "memory", "ephemeral-storage"], resource =>
        {
            Assert.True(_container.Resources.Requests.ContainsKey(resource), $"No request of {resource}.");
            Assert.True(_container.Resources.Limits.ContainsKey(resource), $"No limit of {resource}.");
            Assert.True(_container.Resources.Requests[resource].ToDecimal() <= _container.Resources.Limits[resource].ToDecimal());
        });
    }

    [Fact]
    public void The_secret_is_optional_and_the_settings_are_not()
    {
        var reference = Assert.Single(_container.Env, variable => variable.Name == "JWT_SECRET").ValueFrom.SecretKeyRef;

        Assert.Equal(Manifests.Read<V1Secret>($"{Manifests.Base}/secret.yaml").Metadata.Name, reference.Name);
        Assert.Equal("JWT_SECRET", reference.Key);
        Assert.True(reference.Optional);

        var settings = Assert.Single(_container.EnvFrom).ConfigMapRef;
        var generator = Assert.Single(SourceTree.ReadYaml($"{Manifests.Base}/kustomization.yaml").Items("configMapGenerator"));
        Assert.Equal(generator.Text("name"), settings.Name);
        Assert.NotEqual(true, settings.Optional);
    }

    [Fact]
    public void Every_mount_has_its_volume_and_the_temporary_one_is_bounded()
    {
        Assert.All(_container.VolumeMounts, mount => Assert.Single(_pod.Volumes, volume => volume.Name == mount.Name));
        Assert.NotNull(Assert.Single(_pod.Volumes).EmptyDir.SizeLimit);
    }
}
