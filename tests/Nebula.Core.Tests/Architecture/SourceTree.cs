namespace Nebula.Core.Tests.Architecture;

/// <summary>The files of the repository, wherever the tests run from.</summary>
internal static class SourceTree
{
    private static readonly string _root = FindRoot();

    public static string Absolute(string path) => Path.Combine(_root, path);

    public static string Read(string path) => File.ReadAllText(Absolute(path));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Nebula.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No Nebula.slnx above {AppContext.BaseDirectory}.");
    }
}
