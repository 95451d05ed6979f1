using k8s;
using k8s.Models;

namespace Nebula.Server.Tests.Deployment;

/// <summary>What <c>kubectl apply -k</c> would send, built by kubectl itself.</summary>
[Collection(DeployScriptTests.Target)]
public sealed class KustomizeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_base_builds()
    {
        var objects = await BuildAsync(Manifests.Base);

        Assert.Equal(
            ["ConfigMap", "Deployment", "Ingress", "Ingress", "Namespace", "NetworkPolicy", "Secret", "Service", "ServiceAccount"],
            objects.Select(item => item.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_overlay_gives_one_server_with_its_volume_settings_and_image()
    {
        var objects = await BuildAsync(Manifests.Sqlite);
        var deployment = Assert.Single(objects.OfType<V1Deployment>());
        var settings = Assert.Single(objects.OfType<V1ConfigMap>());
        var pod = deployment.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);

        Assert.Single(objects.OfType<V1PersistentVolumeClaim>());
        Assert.Equal((1, "Recreate"), (deployment.Spec.Replicas, deployment.Spec.Strategy.Type));
        Assert.Equal(["/backend/data", "/tmp"], container.VolumeMounts.Select(mount => mount.MountPath).Order(StringComparer.Ordinal));
        Assert.Equal(["data", "tmp"], pod.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal));
        Assert.Equal(settings.Metadata.Name, Assert.Single(container.EnvFrom).ConfigMapRef.Name);
        Assert.Equal("/backend/data", settings.Data["DATABASE_DIRECTORY"]);
        Assert.True(settings.Data.ContainsKey("TRUSTED_PROXIES"), "The overlay must add to the base's settings, not replace them.");
        Assert.Matches(":[0-9]", container.Image);
        // What the base says about rights must have survived the patch.
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.NotNull(container.ReadinessProbe);
    }

    [Fact]
    public async Task The_overlay_for_PostgreSQL_gives_servers_without_data_and_what_keeps_them_up()
    {
        var objects = await BuildAsync(Manifests.Postgres);
        var deployment = Assert.Single(objects.OfType<V1Deployment>());
        var settings = Assert.Single(objects.OfType<V1ConfigMap>());
        var job = Assert.Single(objects.OfType<V1Job>());
        var pod = deployment.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);

        Assert.Empty(objects.OfType<V1PersistentVolumeClaim>());
        Assert.Single(objects.OfType<V1PodDisruptionBudget>());
        Assert.Single(objects.OfType<V2HorizontalPodAutoscaler>());
        Assert.Equal(2, objects.OfType<V1NetworkPolicy>().Count());
        Assert.All(pod.Volumes.Concat(job.Spec.Template.Spec.Volumes), volume => Assert.NotNull(volume.EmptyDir.SizeLimit));
        Assert.Equal(["DATABASE_URL", "JWT_SECRET", "REDIS_URL"], container.Env.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.Equal("postgres", settings.Data["NEBULA_STORAGE"]);
        Assert.True(settings.Data.ContainsKey("TRUSTED_PROXIES"), "The overlay must add to the base's settings, not replace them.");
        // The same image and settings: a migration of another version would be worse than none.
        Assert.Equal(container.Image, Assert.Single(job.Spec.Template.Spec.Containers).Image);
        Assert.Matches(":[0-9]", container.Image);
        Assert.All(
            new[] { container, job.Spec.Template.Spec.Containers[0] },
            each => Assert.Equal(settings.Metadata.Name, Assert.Single(each.EnvFrom).ConfigMapRef.Name));
        // What the base says about rights and probes must have survived the patch.
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.NotNull(container.ReadinessProbe);
        Assert.Equal("2", container.Resources.Limits["cpu"].ToString());
    }

    [Theory]
    [InlineData("ghcr.io/someone/nebula@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("registry.example:5000/nebula:1.2.3")]
    public async Task A_release_puts_its_own_image_in(string reference)
    {
        Tool.Require("kubectl");
        var yaml = await Tool.RunAsync(SourceTree.Absolute("scripts/deploy-k8s"), ["--print", reference], Ct);

        var deployment = Assert.Single(Manifests.ReadAll(yaml).OfType<V1Deployment>());

        Assert.Equal(reference, Assert.Single(deployment.Spec.Template.Spec.Containers).Image);
    }

    private static async Task<IReadOnlyList<IKubernetesObject<V1ObjectMeta>>> BuildAsync(string directory)
    {
        var yaml = await Tool.RunAsync(Tool.Require("kubectl"), ["kustomize", SourceTree.Absolute(directory)], Ct);
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects = [.. Manifests.ReadAll(yaml).Cast<IKubernetesObject<V1ObjectMeta>>()];
        Assert.All(objects.Where(item => item is not V1Namespace), item => Assert.Equal("nebula", item.Metadata.NamespaceProperty));
        return objects;
    }
}
