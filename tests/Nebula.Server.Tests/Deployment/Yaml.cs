using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

/// <summary>Short ways through a YAML document whose shape is known.</summary>
internal static class Yaml
{
    public static YamlMappingNode Map(this YamlNode node, params string[] path) => Assert.IsType<YamlMappingNode>(node.At(path));

    public static string Text(this YamlNode node, params string[] path) => Assert.IsType<YamlScalarNode>(node.At(path)).Value ?? "";

    public static IReadOnlyList<YamlNode> Items(this YamlNode node, params string[] path) =>
        [.. Assert.IsType<YamlSequenceNode>(node.At(path)).Children];

    public static IReadOnlyList<string> Texts(this YamlNode node, params string[] path) => [.. node.Items(path).Select(item => item.Text())];

    public static bool Has(this YamlNode node, string key) => node is YamlMappingNode map && map.Children.ContainsKey(key);

    public static IEnumerable<(string Name, YamlNode Value)> Members(this YamlNode node, params string[] path) =>
        node.Map(path).Children.Select(member => (member.Key.Text(), member.Value));

    /// <summary>With every <c>&lt;&lt;</c> filled in: what a mapping says itself goes before what it takes over.</summary>
    public static YamlMappingNode Merged(this YamlMappingNode map)
    {
        if (map.Children.Remove("<<", out var source))
        {
            foreach (var (key, value) in source.Map().Merged().Children)
                map.Children.TryAdd(key, value);
        }

        foreach (var child in map.Children.Values.OfType<YamlMappingNode>())
            child.Merged();
        return map;
    }

    private static YamlNode At(this YamlNode node, string[] path)
    {
        foreach (var key in path)
        {
            Assert.True(node.Has(key), $"There is no {key} in {string.Join('.', path)}.");
            node = node[key];
        }

        return node;
    }
}
