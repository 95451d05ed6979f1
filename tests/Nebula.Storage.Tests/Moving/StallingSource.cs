using Nebula.Storage.Moving;

namespace Nebula.Storage.Tests.Moving;

/// <summary>A source that answers nothing more once writes are held, the first few times.</summary>
internal sealed class StallingSource(IMoveSource source, int stalls) : IMoveSource
{
    private bool _isFenced;

    /// <summary>How often it was opened again.</summary>
    public int Opened { get; private set; }

    public async ValueTask<IMoveSnapshot> OpenSnapshotAsync(CancellationToken ct)
    {
        if (_isFenced && Opened < stalls)
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return await source.OpenSnapshotAsync(ct);
    }

    public ValueTask MakeWayAsync(CancellationToken ct) => source.MakeWayAsync(ct);

    public async ValueTask<bool> FenceAsync(TimeSpan patience, CancellationToken ct) => _isFenced = await source.FenceAsync(patience, ct);

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        (_isFenced, Opened) = (false, Opened + 1);
        await source.OpenAsync(ct);
    }

    public ValueTask<MovedSchema> BeginAsync(CancellationToken ct) => source.BeginAsync(ct);

    public ValueTask ReleaseAsync(CancellationToken ct) => source.ReleaseAsync(ct);

    public ValueTask LeaveAsync(CancellationToken ct) => source.LeaveAsync(ct);

    public ValueTask RemoveAsync(CancellationToken ct) => source.RemoveAsync(ct);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
