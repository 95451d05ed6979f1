using System.Runtime.CompilerServices;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Storage.Files;

namespace Nebula.Storage.Backups;

/// <summary>
/// Backups in a directory, which is made when the first of them is written: for this process's user alone, and without following symbolic links below it, since whoever could make one would decide where
/// backups are written.
/// </summary>
internal sealed class DirectoryBackupTarget : IBackupTarget
{
    // No object's name begins with a dot.
    private const string IncomingName = ".incoming";
    private const int BlockBytes = 128 * 1024;

    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly TimeProvider _clock;
    private bool _isTidied;

    /// <param name="directory">An absolute path. It may lead through symbolic links.</param>
    public DirectoryBackupTarget(string directory, TimeProvider clock) => (_root, _clock) = (Path.GetFullPath(directory), clock);

    public string Location => _root;

    public async ValueTask WriteAsync(string name, Stream content, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        var incoming = new SpoolDirectory(Path.Combine(_root, IncomingName));
        var file = incoming.NewPath("object");
        Try(() =>
        {
            MakeDirectory(_root);
            incoming.Make();
            Tidy(incoming);
        });
        try
        {
            await using (var stream = Try(() => SpoolDirectory.Create(file)))
                await CopyAsync(content, stream, ct);

            Try(() => Place(file, name));
        }
        catch
        {
            Try(() => GradualRemoval.Remove(file));
            throw;
        }
    }

    public ValueTask<Stream?> OpenAsync(string name, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        return ValueTask.FromResult(Try(() =>
        {
            var path = PathOf(name);
            return File.Exists(path)
                ? (Stream)new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null;
        }));
    }

    public async IAsyncEnumerable<BackupObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask; // directories are read without waiting
        foreach (var found in List(FolderOf(prefix), prefix[..(prefix.LastIndexOf('/') + 1)], prefix))
        {
            ct.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    public ValueTask DeleteAsync(string name, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        Try(() =>
        {
            var path = PathOf(name);
            if (!File.Exists(path))
                return;
            GradualRemoval.Remove(path);
            RemoveEmptyFolders(path);
        });
        return ValueTask.CompletedTask;
    }

    private async ValueTask CopyAsync(Stream content, FileStream file, CancellationToken ct)
    {
        // Not CopyToAsync: a source that fails says nothing of this directory. Not on a thread of the pool, which syncing would block.
        using var thread = new BackgroundThread();
        var block = new byte[BlockBytes];
        var paced = new PacedSync(file.SafeFileHandle);
        while (await content.ReadAsync(block, ct) is > 0 and var length)
        {
            await RunAsync(() =>
            {
                file.Write(block, 0, length);
                paced.OnGrown();
            });
        }

        await RunAsync(() => file.Flush(flushToDisk: true));

        Task RunAsync(Action work) => thread.RunAsync(() => Try(() =>
        {
            work();
            return true;
        }), ct);
    }

    private void Place(string file, string name)
    {
        var path = PathOf(name);
        while (true)
        {
            try
            {
                MakeFolders(path);
                File.Move(file, path, overwrite: true);
                break;
            }
            catch (DirectoryNotFoundException) when (File.Exists(file))
            {
                // The last object of the folder was removed meanwhile, and the folder with it.
            }
        }

        Posix.SyncDirectory(Path.GetDirectoryName(path)!); // below the root
    }

    /// <summary>In the order of the names by bytes: a folder is compared as its objects are, with the slash that follows.</summary>
    private IEnumerable<BackupObject> List(DirectoryInfo? folder, string path, string prefix)
    {
        foreach (var (name, entry) in Try(() => Entries(folder, path)))
        {
            if (entry is FileInfo file && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return new BackupObject(name, file.Length);
            }
            else if (entry is DirectoryInfo directory && (name.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(name, StringComparison.Ordinal)))
            {
                foreach (var found in List(directory, name, prefix))
                    yield return found;
            }
        }
    }

    /// <summary>The folder in which all names with a prefix lie; null for one that a link leads to.</summary>
    private DirectoryInfo? FolderOf(string prefix)
    {
        var folder = new DirectoryInfo(_root);
        foreach (var part in prefix.Split('/')[..^1])
        {
            folder = new DirectoryInfo(Path.Combine(folder.FullName, part));
            if (!BackupObjectName.IsValid(part) || folder.LinkTarget is not null)
                return null;
        }

        return folder;
    }

    private static List<(string Name, FileSystemInfo Entry)> Entries(DirectoryInfo? folder, string path)
    {
        if (folder is not { Exists: true })
            return [];
        var entries = new List<(string Name, FileSystemInfo Entry)>();
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (BackupObjectName.IsValid(entry.Name) && entry.LinkTarget is null)
                entries.Add((entry is DirectoryInfo ? $"{path}{entry.Name}/" : path + entry.Name, entry));
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
    }

    private string PathOf(string name)
    {
        var path = _root;
        foreach (var part in name.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
                throw new IOException($"'{path}' is a symbolic link, and backups follow none.");
        }

        return path;
    }

    private void MakeFolders(string path)
    {
        foreach (var folder in FoldersOf(path).Reverse())
            PrivateDirectory.Make(folder);
    }

    /// <summary>Also those above it, since nobody else makes the directory that the operator named.</summary>
    private static void MakeDirectory(string path)
    {
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            MakeDirectory(parent);
        PrivateDirectory.Make(path);
    }

    private void RemoveEmptyFolders(string path)
    {
        try
        {
            foreach (var folder in FoldersOf(path))
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any())
                    return;
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Somebody has just written into it, or removed it.
        }
    }

    /// <summary>The folders between an object and the root, the innermost first.</summary>
    private IEnumerable<string> FoldersOf(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length > _root.Length; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    /// <summary>Removes what processes that were killed left, but nothing that another one may be writing.</summary>
    private void Tidy(SpoolDirectory incoming)
    {
        if (_isTidied)
            return;
        _isTidied = true;
        var oldest = (_clock.GetUtcNow() - _abandonedAfter).UtcDateTime;
        foreach (var file in Directory.EnumerateFiles(incoming.Root).Where(f => File.GetLastWriteTimeUtc(f) < oldest))
            File.Delete(file);
    }

    private void Try(Action work) => Try(() =>
    {
        work();
        return true;
    });

    private T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            throw Fault(e);
        }
    }

    private UnavailableException Fault(Exception e) =>
        new(new Error(DiskErrors.Translate(e).Code, $"The directory of the backups, '{_root}', can't be used: {e.Message}"), e);
}
