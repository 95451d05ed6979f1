using Microsoft.Win32.SafeHandles;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>Brings what a copy writes to the disk as it grows.</summary>
internal sealed class PacedCopy : IProgress<double>, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly PacedSync _sync;
    private readonly IProgress<double>? _progress;

    /// <param name="path">The new file. Nobody else has it open but who copies: closing it here gives up the locks of this process on it.</param>
    /// <param name="progress">Is told on.</param>
    public PacedCopy(string path, IProgress<double>? progress)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        _sync = new PacedSync(_file);
        _progress = progress;
    }

    /// <summary>Throws <see cref="IOException"/> when the disk fails.</summary>
    public void Report(double value)
    {
        _sync.OnGrown();
        _progress?.Report(value);
    }

    public void Dispose() => _file.Dispose();
}
