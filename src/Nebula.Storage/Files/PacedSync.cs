using Microsoft.Win32.SafeHandles;

namespace Nebula.Storage.Files;

/// <summary>
/// Brings a large file to the disk piece by piece as it grows. All of it at the end, or in large pieces, would keep the commits of every database waiting: the disk has one queue, and file systems one
/// journal. A piece of a mebibyte takes about as long as a commit does.
/// </summary>
/// <param name="file">Open for writing. Stays the caller's.</param>
internal sealed class PacedSync(SafeFileHandle file)
{
    private const long Piece = 1024 * 1024;

    private long _synced;
    private long _unsynced;

    /// <summary>After something was written behind its end. Throws <see cref="IOException"/> when the disk fails.</summary>
    public void OnGrown()
    {
        var length = RandomAccess.GetLength(file);
        if (length - _synced < Piece)
            return;
        RandomAccess.FlushToDisk(file);
        _synced = length;
    }

    /// <summary>After something was written anywhere in it. Throws <see cref="IOException"/> when the disk fails.</summary>
    public void OnWritten(long bytes)
    {
        _unsynced += bytes;
        if (_unsynced < Piece)
            return;
        RandomAccess.FlushToDisk(file);
        _unsynced = 0;
    }
}
