using Nebula.Core;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Copies whole databases between files for any engine, each on a thread of its own and few at a time. Thread-safe.</summary>
internal sealed class UploadCopies(TimeProvider clock) : IDisposable
{
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _copies = new(AtOnce);

    /// <summary>Receives a file that is taken for hostile, and makes a checked copy of it. Fails with invalid_body.</summary>
    /// <param name="copy">The path of the new file, which is the caller's to remove.</param>
    public async ValueTask<Result<CopiedDatabase>> ReceiveAsync(Stream body, SpoolDirectory spool, string copy, StripList strip, CancellationToken ct)
    {
        var upload = spool.NewPath("upload");
        try
        {
            await using (var file = SpoolDirectory.Create(upload))
            {
                await body.CopyToAsync(file, ct);
                if (UploadHeader.Check(file) is { } error)
                    return error;
            }

            return await RunAsync(() => DatabaseCopy.Run(upload, copy, strip, clock.GetUtcNow(), ct), ct);
        }
        finally
        {
            SpoolDirectory.Remove(upload);
        }
    }

    /// <summary>On a thread of its own: one of the pool would be missed for minutes.</summary>
    public async ValueTask<Result<T>> RunAsync<T>(Func<Result<T>> work, CancellationToken ct)
    {
        await _copies.WaitAsync(ct);
        try
        {
            return await BackgroundThread.RunOnceAsync(work, CancellationToken.None);
        }
        finally
        {
            _copies.Release();
        }
    }

    public void Dispose() => _copies.Dispose();
}
