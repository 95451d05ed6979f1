namespace Nebula.Storage.Tests.Support;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Without symbolic links on the way, so that tests can compare paths.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("nebula-storage-").FullName;

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A copy of everything in another folder, as a crash at this moment would leave it.</summary>
    public TemporaryDirectory Copy()
    {
        var copy = new TemporaryDirectory();
        foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(copy.Combine(System.IO.Path.GetRelativePath(Path, folder)));
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            CopyFile(file, copy.Combine(System.IO.Path.GetRelativePath(Path, file)));
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void CopyFile(string from, string to)
    {
        // The server's lock file is open without sharing, which .NET honours among its own files.
        if (System.IO.Path.GetFileName(from) == "nebula.lock")
            return;
        var modified = File.GetLastWriteTimeUtc(from);
        using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var target = File.Create(to))
            source.CopyTo(target);
        File.SetLastWriteTimeUtc(to, modified);
    }
}
