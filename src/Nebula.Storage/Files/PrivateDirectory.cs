namespace Nebula.Storage.Files;

/// <summary>Directories that only this process's user can look into.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a directory unless it is there, so that it survives lost power.</summary>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
        if (Path.GetDirectoryName(path) is { } parent)
            Posix.SyncDirectory(parent);
    }
}
