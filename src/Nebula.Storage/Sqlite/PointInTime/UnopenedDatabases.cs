using Nebula.Core.Databases;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Sees to the databases that nobody opens: those without a history, those with a log that a crash left, and those that changed while they were closed. One after another they are opened as a request opens them, so that
/// no more are open than may be, and the next only when the one before has what it lacked. All others stay closed.
/// </summary>
internal sealed class UnopenedDatabases(DatabaseRegistry registry, DatabasePool pool, DataDirectory directory, WalShipper shipper, TimeProvider clock)
{
    private const int AtOnce = 500;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _pauseWhileAway = TimeSpan.FromSeconds(5);

    /// <summary>For one of them: the next may fare better.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    /// <summary>Goes through all of them once.</summary>
    public async ValueTask RunAsync(CancellationToken ct)
    {
        var last = new DatabaseId(0);
        while (await registry.ListFilesAsync(last, AtOnce, ct) is { Count: > 0 } databases)
        {
            foreach (var database in databases)
            {
                if (!shipper.IsComplete(database, directory.PathOf(database)))
                    await CoverAsync(database.Id, ct);
            }

            last = databases[^1].Id;
        }
    }

    private async ValueTask CoverAsync(DatabaseId database, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (!await TryCoverAsync(database, ct) && clock.GetElapsedTime(started) < _patience)
            await Task.Delay(_pauseWhileAway, clock, ct);
        await Task.Delay(_pause, clock, ct);
    }

    private async ValueTask<bool> TryCoverAsync(DatabaseId database, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(database, ct)).TryGet(out var lease, out _))
            return true; // deleted, or its fault is logged already

        // Not kept in use meanwhile: whoever wants to rename or delete it need not wait for the upload.
        lease.Dispose();
        return await shipper.TryCoverAsync(database, ct);
    }
}
