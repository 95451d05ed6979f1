using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Ships the logs of the open databases, at each interval and when one has grown, so that each can be brought back to any moment. Nobody waits for it: while the place can't be reached, logs grow up to their bound, and are
/// then copied into their files although a gap remains in the history. Disposing ships what is left, as far as it can, when all databases are closed. Thread-safe.
/// </summary>
internal sealed class WalShipper(
    WalUploader segments, BaseUploader bases, HistoryRetention retention, WalStaging staging, CommitTimesFile? times, string location, PointInTimeOptions options, long maxStagedBytes, TimeProvider clock, ILogger<WalShipper> logger)
    : IAsyncDisposable
{
    private const int AtOnce = 8;
    private const int CopiesAtOnce = 4;

    private static readonly TimeSpan _sweepInterval = TimeSpan.FromHours(6);
    private static readonly TimeSpan _lastPatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, WalHistory> _histories = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly List<Task> _work = [];
    private readonly ShippingFaults _faults = new(location, logger);
    private readonly StagingBound _bound = new(maxStagedBytes);

    /// <summary>Whether the place where histories are kept could not be reached the last time.</summary>
    public bool IsAway => _faults.IsAway;

    /// <summary>The history of a database that is about to be opened.</summary>
    public WalHistory Open(Database database, string path) => Open(OwnerOf(database), path);

    public WalHistory Open(HistoryOwner owner, string path)
    {
        var history = HistoryOf(owner);
        history.Open(owner, path);
        return history;
    }

    /// <summary>Whether the history of a database that is closed lacks nothing; also where there is no file.</summary>
    public bool IsComplete(Database database, string path) =>
        staging.Find(database.Id.ToString()) is { } note && note.IsComplete(OwnerOf(database), path) || !File.Exists(path);

    /// <summary>Ships what there is of one that was just opened, and copies its file if that is due. False while the place can't be reached.</summary>
    public async ValueTask<bool> TryCoverAsync(DatabaseId database, CancellationToken ct)
    {
        if (!_histories.TryGetValue(database.ToString(), out var history))
            return true;
        await ShipAsync(history, ct);
        if (IsDue(history))
            await CopyAsync(history, ct);
        return !_faults.IsAwayFor(new(history, IsCopy: false)) && !_faults.IsAwayFor(new(history, IsCopy: true));
    }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The closed file of a database goes, and its data go on in another placement.</summary>
    /// <param name="at">From when on they do; null when that is not known.</param>
    public void Leave(DatabaseId database, DateTimeOffset? at) => HistoryOf(Unopened(database.ToString())).Leave("its data were moved to another placement", at);

    /// <summary>Ships what an earlier run of the server left, and goes on until it is stopped.</summary>
    /// <param name="coverUnopened">Sees to the databases that nobody opens: first when requests have had their time, and then as often as old histories are removed.</param>
    public void Start(Func<CancellationToken, ValueTask> coverUnopened)
    {
        staging.Start();
        foreach (var (database, path) in staging.List())
            HistoryOf(Unopened(database)).Staged.Add(() => path);
        foreach (var database in staging.ListEnded())
            HistoryOf(Unopened(database)); // which says so
        _work.Add(Task.Run(ShipUntilStoppedAsync));
        _work.Add(Task.Run(CopyUntilStoppedAsync));
        _work.Add(Task.Run(() => CoverUntilStoppedAsync(coverUnopened)));
        _work.Add(Task.Run(() => new PeriodicWork("Removing old histories", _sweepInterval, clock, logger).RunAsync(retention.RunAsync, _stopping.Token)));
    }

    /// <summary>Ships what there is, once.</summary>
    public async Task ShipAsync(CancellationToken ct)
    {
        Prepare();
        await Parallel.ForEachAsync(Active, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, ShipAsync);
    }

    /// <summary>Takes the copies of files that are due, once.</summary>
    public async Task CopyAsync(CancellationToken ct)
    {
        foreach (var history in Due)
            await CopyAsync(history, ct);
    }

    /// <summary>Ends the work in the background, which asks the metadata and opens databases: they are closed next.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_work).WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // All is closed: what was left is in the data directory, and not lost when this fails.
            using var patience = new CancellationTokenSource(_lastPatience, clock);
            await ShipAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The next start ships it.
        }

        times?.Dispose();
        _stopping.Dispose();
        _wake.Dispose();
    }

    private IEnumerable<WalHistory> Active => _histories.Values.Where(h => h.IsActive);

    private IEnumerable<WalHistory> Due => _histories.Values.Where(IsDue);

    private bool IsDue(WalHistory history) => history.Position is { } position && bases.IsDue(position);

    private ValueTask ShipAsync(WalHistory history, CancellationToken ct) => TryAsync(new(history, IsCopy: false), segments.ShipAsync, ct);

    private ValueTask CopyAsync(WalHistory history, CancellationToken ct) => TryAsync(new(history, IsCopy: true), bases.TakeAsync, ct);

    /// <summary>Before a round.</summary>
    private void Prepare()
    {
        _bound.Keep(_histories.Values);
        _faults.Forget(task => task.IsCopy ? !IsDue(task.History) : !task.History.IsActive);
    }

    private static HistoryOwner OwnerOf(Database database) => new(database.Id.ToString(), database.CreatedAt, database.OwnerId, database.Name.Value);

    /// <summary>Of which no more is known as yet.</summary>
    private static HistoryOwner Unopened(string database) => new(database, default, null, "");

    private WalHistory HistoryOf(HistoryOwner owner) => _histories.GetOrAdd(owner.Id, _ => new WalHistory(owner, staging, times, maxStagedBytes, clock, logger, Wake));

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else did, or nothing is shipped any more.
        }
    }

    private async Task ShipUntilStoppedAsync()
    {
        await using var work = new HistoryWork(AtOnce, ShipAsync);
        try
        {
            while (true)
            {
                await WaitAsync(_stopping.Token);
                Prepare();
                work.Begin(Active, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task CopyUntilStoppedAsync()
    {
        await using var work = new HistoryWork(CopiesAtOnce, CopyAsync);
        await new PeriodicWork("Copying databases", options.Interval, clock, logger).RunAsync(
            ct =>
            {
                work.Begin(Due, ct);
                return default;
            },
            _stopping.Token);
    }

    private async Task CoverUntilStoppedAsync(Func<CancellationToken, ValueTask> coverUnopened)
    {
        var work = new PeriodicWork("Looking for databases without a history", _sweepInterval, clock, logger);
        try
        {
            await Task.Delay(options.Interval, clock, _stopping.Token);
            await work.RunAsync(coverUnopened, isAtOnce: true, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = new CancellationTokenSource(options.Interval, clock);
        using var rings = timer.Token.Register(timeout.Cancel);
        try
        {
            await _wake.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The interval has passed.
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever becomes of one history, the others are shipped.")]
    private async ValueTask TryAsync(ShippingTask task, Func<WalHistory, CancellationToken, ValueTask> work, CancellationToken ct)
    {
        try
        {
            await work(task.History, ct);
            _faults.OnDone(task);
        }
        catch (UnavailableException e)
        {
            _faults.OnAway(task, e);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            _faults.OnFault(task, e);
        }
    }
}
