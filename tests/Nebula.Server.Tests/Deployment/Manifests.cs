using k8s;
using k8s.Models;

namespace Nebula.Server.Tests.Deployment;

/// <summary>The Kubernetes manifests, read strictly: a member that Kubernetes does not know is an error.</summary>
internal static class Manifests
{
    public const string Base = "infra/k8s/base";
    public const string Sqlite = "infra/k8s/overlays/sqlite";
    public const string Postgres = "infra/k8s/overlays/postgres";

    public static V1Deployment Deployment { get; } = Read<V1Deployment>($"{Base}/deployment.yaml");

    /// <summary>What the overlay adds to <see cref="Deployment"/>.</summary>
    public static V1Deployment SqlitePatch { get; } = Read<V1Deployment>($"{Sqlite}/deployment.yaml");

    public static V1Deployment PostgresPatch { get; } = Read<V1Deployment>($"{Postgres}/deployment.yaml");

    public static V1Container Container => Assert.Single(Deployment.Spec.Template.Spec.Containers);

    public static IReadOnlyList<object> ReadAll(string yaml) => KubernetesYaml.LoadAllFromString(yaml, strict: true);

    public static T Read<T>(string path) => Assert.IsType<T>(Assert.Single(ReadAll(SourceTree.Read(path))));
}
