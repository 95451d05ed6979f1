namespace Nebula.Storage.Files;

/// <summary>
/// Where files lie that are needed for one request only, or until they have found their place. What a crash leaves here is removed at the start.
/// </summary>
internal sealed class SpoolDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What SQLite keeps beside a database.
    private static readonly string[] _companions = ["", "-journal", "-wal", "-shm"];

    public string Root => path;

    public void Make()
    {
        if (new DirectoryInfo(path).LinkTarget is not null)
            File.Delete(path); // the link only: what lies where it leads is not ours to remove
        PrivateDirectory.Make(path);
    }

    /// <summary>Removes what is in it but for some files.</summary>
    public void Empty(IReadOnlyCollection<string> kept)
    {
        foreach (var file in Directory.EnumerateFiles(path).Where(f => !kept.Contains(Path.GetFileName(f))))
            File.Delete(file);
    }

    /// <summary>The path of a file that does not exist yet.</summary>
    public string NewPath(string ending) => PathOf($"{Guid.CreateVersion7():N}.{ending}");

    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>A new file that is gone when it is closed, or when the process ends.</summary>
    public FileStream CreateTemporary() => new(NewPath("rows"), Options(FileOptions.DeleteOnClose));

    /// <summary>A new file that only this process's user can read.</summary>
    public static FileStream Create(string file) => new(file, Options(FileOptions.None));

    /// <summary>Opens a file to be read, which is gone when it is closed.</summary>
    public static LastReading OpenForLastTime(string file) => new(file);

    /// <summary>Writes a finished file through to the disk.</summary>
    public static void Sync(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Removes a file with what SQLite left beside it; does nothing when there is none.</summary>
    public static void Remove(string file)
    {
        foreach (var companion in _companions)
            GradualRemoval.Remove(file + companion);
    }

    private static FileStreamOptions Options(FileOptions options)
    {
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = options };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = OwnerOnly;
        return file;
    }
}
