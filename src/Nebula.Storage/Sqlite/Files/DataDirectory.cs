using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>
/// Where everything lies on disk: <c>metadata.db</c>, and <c>&lt;userId&gt;/&lt;dbName&gt;.db</c> for each database. Paths are made of ids and of validated names only.
/// </summary>
public sealed class DataDirectory
{
    // What SQLite keeps beside a database; moved and removed with it.
    private static readonly string[] _companions = ["", "-wal", "-shm"];

    public DataDirectory(StorageOptions options)
    {
        PrivateDirectory.Make(options.DataDirectory);
        Root = Posix.ResolveLinks(Path.GetFullPath(options.DataDirectory));
        MetadataPath = Path.Combine(Root, options.MetadataFile);
    }

    public string Root { get; }

    public string MetadataPath { get; }

    internal string PathOf(Database database) => Path.Combine(FolderOf(database.OwnerId), $"{database.Name}.db");

    internal string FolderOf(UserId owner) => Path.Combine(Root, owner.ToString());

    internal void MakeFolderOf(Database database) => PrivateDirectory.Make(FolderOf(database.OwnerId));

    /// <summary>Where a database goes before it is removed: by id, in a form that no name can have, so that a new one of its name never meets its log.</summary>
    internal string TombstoneOf(Database database) => Path.Combine(FolderOf(database.OwnerId), $"{database.Id}.deleted");

    /// <summary>Where a database that moves here is made, until it is whole; also in a form that no name can have.</summary>
    internal string IncomingOf(Database database) => Path.Combine(FolderOf(database.OwnerId), IncomingOf(database.Id));

    /// <summary>Removes what was made of a database that was to move here, whose account nobody knows any more.</summary>
    internal void RemoveIncoming(DatabaseId database)
    {
        foreach (var incoming in Directory.EnumerateDirectories(Root).Select(folder => Path.Combine(folder, IncomingOf(database))).Where(AnyExists))
            Remove(incoming);
    }

    /// <summary>Whether there is a file of that name or something that SQLite keeps beside one.</summary>
    internal static bool AnyExists(string path) => _companions.Any(companion => File.Exists(path + companion));

    /// <summary>Renames a closed database with what SQLite keeps beside it, and syncs the directory. Does nothing when there is no file.</summary>
    internal static void Move(string from, string to)
    {
        // The log first: a file without its log would lose commits, a log without its file is nothing.
        foreach (var companion in _companions.Reverse())
        {
            if (File.Exists(from + companion))
                File.Move(from + companion, to + companion, overwrite: true);
        }

        var folder = Path.GetDirectoryName(from)!; // a file always has a directory
        try
        {
            Posix.SyncDirectory(folder); // also when they were moved before: by a server that was killed before it came to this
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            // No database of the account has a file.
        }
    }

    /// <summary>Removes a file with what SQLite keeps beside it, and the account's folder when that was the last one.</summary>
    internal static void Remove(string path)
    {
        try
        {
            foreach (var companion in _companions)
                GradualRemoval.Remove(path + companion);
            var folder = Path.GetDirectoryName(path)!; // a file always has a directory
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                RemoveFolder(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // None of the account's databases was ever used, or another one that is being removed took the folder with it.
        }
    }

    /// <summary>Removes what SQLite keeps beside a file that nobody has open.</summary>
    internal static void RemoveLog(string path)
    {
        foreach (var companion in _companions.Where(c => c.Length > 0))
            GradualRemoval.Remove(path + companion);
    }

    /// <summary>
    /// Puts a finished file of the spool in a database's place, and syncs both directories. Does nothing when there is no such file: it is in its place already.
    /// </summary>
    internal void Place(SpoolDirectory spool, string file, Database database)
    {
        var (from, to) = (spool.PathOf(file), PathOf(database));
        if (!File.Exists(from))
            return;
        MakeFolderOf(database);
        RemoveLog(to); // of whatever lay there: a new file must not meet it
        GradualRemoval.Replace(from, to);
        Posix.SyncDirectory(FolderOf(database.OwnerId));
        Posix.SyncDirectory(spool.Root);
    }

    internal static long SizeOf(string path) => _companions.Take(2).Select(c => new FileInfo(path + c)).Where(f => f.Exists).Sum(f => f.Length);

    private static string IncomingOf(DatabaseId database) => $"{database}.incoming";

    private static void RemoveFolder(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // A new database of the account has just been made in it, or another removal was faster.
        }
    }
}
