using YamlDotNet.RepresentationModel;

namespace Nebula.Server.Tests.Deployment;

/// <summary>The files of the repository, wherever the tests run from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string Absolute(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Absolute(path));

    public static YamlMappingNode ReadYaml(string path)
    {
        using var reader = new StringReader(Read(path));
        var stream = new YamlStream();
        stream.Load(reader);
        return Assert.IsType<YamlMappingNode>(Assert.Single(stream.Documents).RootNode).Merged();
    }

    /// <summary>The lines <c>NAME=value</c> of a file, without comments.</summary>
    public static Dictionary<string, string> ReadVariables(string path) =>
        File.ReadLines(Absolute(path))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Nebula.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No Nebula.slnx above {AppContext.BaseDirectory}.");
    }
}
