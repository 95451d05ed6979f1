using System.Globalization;
using Nebula.Server.Options;

namespace Nebula.Server.Tests.Deployment;

/// <summary>
/// The server itself reads what image, manifests, compose.yaml and unit set: a misspelt or refused setting would stop it only in production.
/// </summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_server_takes_the_settings_of_the_Kubernetes_manifests()
    {
        var options = Read(SourceTree.ReadVariables($"{Manifests.Base}/config.env"), SourceTree.ReadVariables($"{Manifests.Sqlite}/config.env"));

        Assert.Equal(Assert.Single(Manifests.Container.Ports).ContainerPort, options.Port);
        Assert.NotEmpty(options.Api.TrustedProxies);
    }

    [Fact]
    public void The_server_takes_the_settings_of_compose()
    {
        var given = SourceTree.ReadYaml("infra/docker/compose.yaml").Members("services", "nebula", "environment")
            .Where(setting => setting.Value.Text().Length > 0)
            .ToDictionary(setting => setting.Name, setting => setting.Value.Text());

        var options = Read(given);

        Assert.Equal(given["MAX_BODY_BYTES"], options.Api.MaxBodyBytes.ToString(CultureInfo.InvariantCulture));
        Assert.Single(options.Api.TrustedProxies);
    }

    [Fact]
    public void The_server_takes_the_settings_of_the_systemd_unit()
    {
        var given = File.ReadLines(SourceTree.Absolute("infra/systemd/nebula.service"))
            .Where(line => line.StartsWith("Environment=", StringComparison.Ordinal))
            .Select(line => line["Environment=".Length..].Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

        var options = NebulaOptions.From(given);

        Assert.Empty(options.Warnings);
        Assert.True(options.IsProduction);
        Assert.Equal("127.0.0.1", options.Host);
        Assert.Equal("/var/lib/nebula", options.Storage.DataDirectory);
        Assert.Single(options.Api.TrustedProxies);
    }

    /// <summary>Variables of a container stand over those of its image, later ones over earlier ones.</summary>
    private static NebulaOptions Read(params IEnumerable<IReadOnlyDictionary<string, string>> settings)
    {
        var variables = new Dictionary<string, string>(Dockerfile.Read().Environment);
        foreach (var (name, value) in settings.SelectMany(layer => layer))
        {
            // Else a misspelt name would pass: the server reports only those that begin with its own prefix.
            Assert.Contains(KnownVariables.All, known => known.Name == name);
            variables[name] = value;
        }

        var options = NebulaOptions.From(variables);
        Assert.Empty(options.Warnings);
        Assert.True(options.IsProduction);
        Assert.Equal("0.0.0.0", options.Host);
        Assert.Equal(Dockerfile.Read().Volume, options.Storage.DataDirectory);
        return options;
    }
}
