namespace Nebula.Storage.Files;

/// <summary>
/// A spool of this process alone among the system's temporary files, for an engine that keeps no files of its own. Made when it is first needed, so that a server which is never asked for it needs no place to write
/// to; removed when it is disposed, and if the process was killed by the next one that makes a spool. Thread-safe.
/// </summary>
internal sealed class ProcessSpool : IDisposable
{
    private const string Prefix = "nebula-spool-";
    private const string LockName = "lock";

    private readonly Lock _lock = new();
    private SpoolDirectory? _directory;
    private FileStream? _held;

    /// <summary>Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where nothing can be written.</summary>
    public SpoolDirectory Directory
    {
        get
        {
            lock (_lock)
            {
                if (_directory is not null)
                    return _directory;
                RemoveAbandoned();
                var path = Posix.ResolveLinks(System.IO.Directory.CreateTempSubdirectory(Prefix).FullName); // which only its owner can look into
                _held = TakeLock(path);
                return _directory = new SpoolDirectory(path);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_directory is null)
                return;
            Remove(_directory.Root);
            _held?.Dispose();
            _directory = null;
        }
    }

    private static void RemoveAbandoned()
    {
        foreach (var path in System.IO.Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*"))
        {
            try
            {
                using (TakeLock(path))
                    Remove(path);
            }
            catch (Exception e) when (DiskErrors.IsOne(e))
            {
                // Another process has it, or another user, or it is gone by now.
            }
        }
    }

    /// <summary>Throws while another process has it. No sharing is an exclusive flock on Unix, which goes with the process.</summary>
    private static FileStream TakeLock(string path) => new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void Remove(string path)
    {
        try
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            // The next process tries again.
        }
    }
}
