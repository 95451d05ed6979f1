using Nebula.Core;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// Bounds the lists that run at once in the whole process: each sits on a thread of the pool while SQLite works, and requests that take microseconds need threads
/// too. Thread-safe.
/// </summary>
internal sealed class ScanGate(StorageOptions options) : IDisposable
{
    /// <summary>How many may run; the thread pool is kept larger than this.</summary>
    public static int Width { get; } = Environment.ProcessorCount * 2;

    private readonly SemaphoreSlim _gate = new(Width);

    /// <summary>Fails with busy when no place comes free in time.</summary>
    public async ValueTask<Result<Entry>> EnterAsync(CancellationToken ct) =>
        await _gate.WaitAsync(options.QueryTimeout, ct) ? new Entry(this) : SqliteErrors.Busy;

    public void Dispose() => _gate.Dispose();

    /// <summary>A place; dispose exactly once.</summary>
    public readonly struct Entry(ScanGate gate) : IDisposable
    {
        public void Dispose() => gate._gate.Release();
    }
}
