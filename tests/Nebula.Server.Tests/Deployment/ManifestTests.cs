using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace Nebula.Server.Tests.Deployment;

public sealed class ManifestTests
{
    public static TheoryData<string> Directories => [Manifests.Base, Manifests.Sqlite, Manifests.Postgres];

    public static TheoryData<string> Files =>
    [
        .. from directory in new[] { Manifests.Base, Manifests.Sqlite, Manifests.Postgres }
           from file in Directory.EnumerateFiles(SourceTree.Absolute(directory), "*.yaml")
           where Path.GetFileName(file) != "kustomization.yaml"
           orderby file
           select $"{directory}/{Path.GetFileName(file)}",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_manifest_is_one_that_Kubernetes_knows(string path)
    {
        var manifest = Assert.IsAssignableFrom<IKubernetesObject<V1ObjectMeta>>(Assert.Single(Manifests.ReadAll(SourceTree.Read(path))));

        Assert.False(string.IsNullOrEmpty(manifest.ApiVersion));
        Assert.False(string.IsNullOrEmpty(manifest.Kind));
        Assert.Matches("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", manifest.Metadata.Name);
    }

    [Fact]
    public void A_misspelt_member_would_be_noticed()
    {
        var misspelt = SourceTree.Read($"{Manifests.Base}/deployment.yaml")
            .Replace("readOnlyRootFilesystem", "readOnlyRootFileSystem", StringComparison.Ordinal);

        Assert.Throws<YamlException>(() => Manifests.ReadAll(misspelt));
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public void No_manifest_is_forgotten_by_its_kustomization(string directory)
    {
        var kustomization = SourceTree.ReadYaml($"{directory}/kustomization.yaml");
        var listed = kustomization.Texts("resources")
            .Concat(kustomization.Has("patches") ? kustomization.Items("patches").Select(patch => patch.Text("path")) : [])
            .Concat(kustomization.Items("configMapGenerator").SelectMany(generator => generator.Texts("envs")));
        var there = Directory.EnumerateFiles(SourceTree.Absolute(directory)).Select(Path.GetFileName).Where(name => name != "kustomization.yaml");
        var here = listed.Where(path => !path.Contains('/', StringComparison.Ordinal));

        Assert.Equal(there.Order(StringComparer.Ordinal), here.Order(StringComparer.Ordinal));
        Assert.All(listed, path => Assert.True(Path.Exists(SourceTree.Absolute($"{directory}/{path}")), path));
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public void Everything_goes_into_the_namespace_that_forbids_privileges(string directory)
    {
        var space = Manifests.Read<V1Namespace>($"{Manifests.Base}/namespace.yaml");

        Assert.Equal(space.Metadata.Name, SourceTree.ReadYaml($"{directory}/kustomization.yaml").Text("namespace"));
        Assert.Equal("restricted", space.Metadata.Labels["pod-security.kubernetes.io/enforce"]);
    }

    [Theory]
    [InlineData(Manifests.Sqlite)]
    [InlineData(Manifests.Postgres)]
    public void The_image_is_the_version_that_this_tree_builds(string overlay)
    {
        var image = Assert.Single(SourceTree.ReadYaml($"{overlay}/kustomization.yaml").Items("images"));
        var build = System.Xml.Linq.XDocument.Load(SourceTree.Absolute("Directory.Build.props"));

        Assert.Equal(Manifests.Container.Image, image.Text("name"));
        Assert.Equal(Assert.Single(build.Descendants("Version")).Value, image.Text("newTag"));
    }

    [Fact]
    public void The_secret_in_the_repository_is_empty()
    {
        var secret = Manifests.Read<V1Secret>($"{Manifests.Base}/secret.yaml");

        Assert.Null(secret.Data);
        Assert.Null(secret.StringData);
        Assert.Equal("Opaque", secret.Type);
    }

    [Fact]
    public void The_service_account_brings_no_token() =>
        Assert.False(Manifests.Read<V1ServiceAccount>($"{Manifests.Base}/serviceaccount.yaml").AutomountServiceAccountToken);
}
