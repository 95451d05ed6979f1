namespace Nebula.Storage.Sqlite.Files;

/// <summary>
/// Where files lie that are needed for one request only, or until they have found their place: on the same volume as the data, so that a move is a rename. What a crash leaves here
/// is removed at the start.
/// </summary>
internal sealed class SpoolDirectory(DataDirectory directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // No account's folder has this name, and the metadata may not.
    private readonly string _path = Path.Combine(directory.Root, "nebula.spool");

    public string Root => _path;

    public void Make()
    {
        if (new DirectoryInfo(_path).LinkTarget is not null)
            File.Delete(_path); // the link only: what lies where it leads is not ours to remove
        DataDirectory.Make(_path);
    }

    /// <summary>Removes what is in it but for some files.</summary>
    public void Empty(IReadOnlyCollection<string> kept)
    {
        foreach (var file in Directory.EnumerateFiles(_path).Where(f => !kept.Contains(Path.GetFileName(f))))
            File.Delete(file);
    }

    /// <summary>
    /// Puts a finished file in a database's place, and syncs both directories. Does nothing when there is no such file: it is in its place already.
    /// </summary>
    public void Place(string file, DataDirectory data, Nebula.Core.Databases.Database database)
    {
        var (from, to) = (PathOf(file), data.PathOf(database));
        if (!File.Exists(from))
            return;
        data.MakeFolderOf(database);
        DataDirectory.RemoveLog(to); // of whatever lay there: a new file must not meet it
        File.Move(from, to, overwrite: true);
        Posix.SyncDirectory(data.FolderOf(database.OwnerId));
        Posix.SyncDirectory(_path);
    }

    /// <summary>The path of a file that does not exist yet.</summary>
    public string NewPath(string ending) => PathOf($"{Guid.CreateVersion7():N}.{ending}");

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>A new file that is gone when it is closed, or when the process ends.</summary>
    public FileStream CreateTemporary() => new(NewPath("rows"), Options(FileOptions.DeleteOnClose));

    /// <summary>A new file that only this process's user can read.</summary>
    public static FileStream Create(string path) => new(path, Options(FileOptions.None));

    /// <summary>Opens a file to be read, which is gone when it is closed.</summary>
    public static FileStream OpenForLastTime(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose | FileOptions.SequentialScan);

    /// <summary>Writes a finished file through to the disk.</summary>
    public static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Removes a file with what SQLite left beside it; does nothing when there is none.</summary>
    public static void Remove(string path)
    {
        File.Delete(path);
        File.Delete(path + "-journal");
        DataDirectory.RemoveLog(path);
    }

    private static FileStreamOptions Options(FileOptions options)
    {
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = options };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = OwnerOnly;
        return file;
    }
}
