using Nebula.Core.Backups;
using Nebula.Storage.Files;

namespace Nebula.Storage.Backups;

/// <summary>A file of a backup in the spool. Disposing removes it, unless it was moved on.</summary>
internal sealed class FetchedFile(string path, BackedUpFile found) : IDisposable
{
    public string Path => path;

    /// <summary>What it really is.</summary>
    public BackedUpFile Found => found;

    public void Dispose() => SpoolDirectory.Remove(path);
}
