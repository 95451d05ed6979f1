namespace Nebula.Ladder.Builds;

/// <summary>Where the sources are that this program was built from.</summary>
internal static class Repository
{
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Nebula.slnx")))
                return directory.FullName;
        }

        throw new LadderException("The ladder runs from the repository that it belongs to: use benchmarks/run.");
    }
}
