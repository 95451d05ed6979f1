namespace Nebula.Storage.Sqlite.Files;

/// <summary>
/// Where files lie that are needed for one request only, or until they have found their place: on the same volume as the data, so that a move is a rename. What a crash leaves here
/// is removed at the start.
/// </summary>
internal sealed class SpoolDirectory(DataDirectory directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // No account's folder and no metadata can have this name: those are a UUID and a name that is refused if it begins so.
    private readonly string _path = Path.Combine(directory.Root, "nebula.spool");

    /// <summary>Makes the directory, or removes what is in it.</summary>
    public void Empty()
    {
        if (new DirectoryInfo(_path).LinkTarget is not null)
            File.Delete(_path); // the link only: what lies where it leads is not ours to remove
        DataDirectory.Make(_path);
        foreach (var file in Directory.EnumerateFiles(_path))
            File.Delete(file);
    }

    /// <summary>The path of a file that does not exist yet.</summary>
    public string NewPath(string ending) => PathOf($"{Guid.CreateVersion7():N}.{ending}");

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>A new file that is gone when it is closed, or when the process ends.</summary>
    public FileStream CreateTemporary() => new(NewPath("rows"), Options(FileOptions.DeleteOnClose));

    /// <summary>A new file that only this process's user can read.</summary>
    public static FileStream Create(string path) => new(path, Options(FileOptions.None));

    private static FileStreamOptions Options(FileOptions options)
    {
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = options };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = OwnerOnly;
        return file;
    }
}
