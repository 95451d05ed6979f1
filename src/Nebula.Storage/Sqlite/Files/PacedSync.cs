using Microsoft.Win32.SafeHandles;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>
/// Brings what a copy writes to the disk piece by piece as it grows. All of it at the end would keep the commits of every database waiting: the disk has one queue, and file systems one journal.
/// </summary>
/// <param name="path">The new file. Nobody else has it open but who copies: closing it here gives up the locks of this process on it.</param>
/// <param name="progress">Is told on.</param>
internal sealed class PacedSync(string path, IProgress<double>? progress) : IProgress<double>, IDisposable
{
    private const long Piece = 16 * 1024 * 1024;

    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    private long _synced;

    /// <summary>Throws <see cref="IOException"/> when the disk fails.</summary>
    public void Report(double value)
    {
        var length = RandomAccess.GetLength(_file);
        if (length - _synced >= Piece)
        {
            RandomAccess.FlushToDisk(_file);
            _synced = length;
        }

        progress?.Report(value);
    }

    public void Dispose() => _file.Dispose();
}
