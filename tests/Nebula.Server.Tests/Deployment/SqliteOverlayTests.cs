using k8s.Models;

namespace Nebula.Server.Tests.Deployment;

public sealed class SqliteOverlayTests
{
    private static readonly V1Deployment _patch = Manifests.SqlitePatch;

    [Fact]
    public void The_overlay_changes_the_deployment_and_the_container_of_the_base()
    {
        Assert.Equal(Manifests.Deployment.Metadata.Name, _patch.Metadata.Name);
        Assert.Equal(Manifests.Container.Name, Assert.Single(_patch.Spec.Template.Spec.Containers).Name);
        Assert.Contains("../../base", SourceTree.ReadYaml($"{Manifests.Sqlite}/kustomization.yaml").Texts("resources"));
    }

    [Fact]
    public void One_server_runs_and_the_next_one_starts_after_it_has_stopped()
    {
        Assert.Equal(1, _patch.Spec.Replicas);
        Assert.Equal("Recreate", _patch.Spec.Strategy.Type);
        Assert.Null(_patch.Spec.Strategy.RollingUpdate);
        // The base must not say otherwise, or the order of merging would decide.
        Assert.Null(Manifests.Deployment.Spec.Replicas);
        Assert.Null(Manifests.Deployment.Spec.Strategy);
    }

    [Fact]
    public void The_volume_is_mounted_where_the_image_keeps_its_data()
    {
        var claim = Manifests.Read<V1PersistentVolumeClaim>($"{Manifests.Sqlite}/persistentvolumeclaim.yaml");
        var volume = Assert.Single(_patch.Spec.Template.Spec.Volumes);
        var mount = Assert.Single(Assert.Single(_patch.Spec.Template.Spec.Containers).VolumeMounts);

        Assert.Equal("/backend/data", mount.MountPath);
        Assert.Equal(Dockerfile.Read().Volume, mount.MountPath);
        Assert.NotEqual(true, mount.ReadOnlyProperty);
        Assert.Equal(volume.Name, mount.Name);
        Assert.Equal(claim.Metadata.Name, volume.PersistentVolumeClaim.ClaimName);
        Assert.Equal(mount.MountPath, SourceTree.ReadVariables($"{Manifests.Sqlite}/config.env")["DATABASE_DIRECTORY"]);
    }

    [Fact]
    public void The_claim_asks_for_a_file_system_of_one_node()
    {
        var claim = Manifests.Read<V1PersistentVolumeClaim>($"{Manifests.Sqlite}/persistentvolumeclaim.yaml").Spec;

        Assert.Equal(["ReadWriteOnce"], claim.AccessModes);
        Assert.Equal("Filesystem", claim.VolumeMode);
        Assert.True(claim.Resources.Requests["storage"].ToDecimal() >= 1_000_000_000m);
    }
}
