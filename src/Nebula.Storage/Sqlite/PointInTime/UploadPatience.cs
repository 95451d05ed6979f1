using Nebula.Core;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>How long something may take at the place where histories are kept before that counts as away: by its size, since what is large takes long where all is well.</summary>
internal static class UploadPatience
{
    private const long LeastBytesPerSecond = 128 * 1024;

    private static readonly TimeSpan _least = TimeSpan.FromMinutes(1);

    public static TimeSpan For(long bytes) => _least + TimeSpan.FromSeconds(bytes / (double)LeastBytesPerSecond);

    /// <summary>Throws <see cref="UnavailableException"/> when it takes longer than that.</summary>
    public static async ValueTask RunAsync(long bytes, TimeProvider clock, Func<CancellationToken, ValueTask> work, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(For(bytes), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await work(either.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new UnavailableException(new Error(ErrorCodes.Unavailable, "It does not answer."), e);
        }
    }
}
