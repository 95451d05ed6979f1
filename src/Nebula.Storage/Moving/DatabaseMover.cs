using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Placements;

namespace Nebula.Storage.Moving;

/// <summary>Moves databases between the placements of this server, and undoes or finishes what it, or a process that ended, has left half-way.</summary>
/// <param name="find">A database's entry in the metadata.</param>
/// <param name="notify">Makes this server look a database up anew.</param>
internal sealed class DatabaseMover(
    PlacementSet placements, MoveRegistry moves, Func<DatabaseId, CancellationToken, ValueTask<Database?>> find, Func<DatabaseId, ValueTask> notify, TimeProvider clock, ILogger<DatabaseMover> logger)
    : IDatabaseMover
{
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(1);

    /// <summary>A process that says nothing for so long is taken for dead.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(DatabaseId, string), (long Beat, long Seen)> _heard = [];

    /// <summary>What was said to be left to others already.</summary>
    private readonly HashSet<(DatabaseId, string)> _left = [];

    /// <summary>The moves of this process by their owner. One that was stopped for a while is silent, and still nobody's to take over here.</summary>
    private readonly ConcurrentDictionary<string, DatabaseId> _own = new(StringComparer.Ordinal);

    public async ValueTask<Result<MoveReport>> MoveAsync(Database database, PlacementName to, IProgress<MoveProgress> progress, CancellationToken ct)
    {
        if (placements.Find(to) is not { } target)
            return new Error(ErrorCodes.InvalidParameter, $"There is no placement '{to}' here. There are: {string.Join(", ", placements.All.Select(p => p.Name.Value).Order(StringComparer.Ordinal))}.");
        if (placements.Find(database) is not { } source)
            return PlacementSet.Elsewhere;
        if (source == target)
            return new Error(ErrorCodes.Conflict, $"The database is in '{to}' already.");

        // What a process that ended has left of an earlier attempt would be in the way. Meanwhile the database may have been renamed, or used for the first time.
        await RecoverAsync(database.Id, ct);
        if (await find(database.Id, ct) is not { } present)
            return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        if (present.State == DatabaseState.Registered)
            return new Error(ErrorCodes.Conflict, "The database was never used: there is nothing to move yet.") { Hint = "Make a table in it first." };
        var entry = new MoveEntry(database.Id, database.Placement, to, MoveRegistry.StageOf(MoveStage.Preparing), NewOwner(), Beat: 0);
        if (!(await moves.BeginAsync(entry, ct)).TryGet(out _, out var error))
            return error;
        _own[entry.Owner] = entry.Database;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var over = new CancellationTokenSource();
        var beating = BeatAsync(entry, lost, over.Token);
        try
        {
            var named = await find(database.Id, lost.Token) ?? present; // which keeps its name only from here on
            return await MoveAsync(entry, named, source, target, progress, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return MoveRegistry.TakenOver;
        }
        finally
        {
            _own.TryRemove(entry.Owner, out _);
            await over.CancelAsync();
            await beating;
        }
    }

    /// <summary>Undoes or finishes what was left half-way by processes that say nothing any more. Throws <see cref="UnavailableException"/> when the metadata can't be read.</summary>
    /// <param name="atOnce">Whether no other process can be at it, so that there is nobody to be waited for.</param>
    public async ValueTask RecoverAsync(bool atOnce, CancellationToken ct)
    {
        var entries = await moves.ListAsync(ct);
        ForgetOthers(entries);
        foreach (var entry in entries)
        {
            // What this server can do nothing about is left to one that can, and that is not to wait anew each time.
            if (placements.Find(entry.Source) is null)
            {
                if (_left.Add((entry.Database, entry.Owner)))
                    MoveLogging.LeftBehind(logger, entry.Database, entry.Source.Value, entry.Target.Value);
                continue;
            }

            if (!_own.ContainsKey(entry.Owner) && (atOnce || IsSilent(entry)))
                await TakeOverAsync(entry, ct);
        }
    }

    private async ValueTask RecoverAsync(DatabaseId database, CancellationToken ct)
    {
        if (await moves.FindAsync(database, ct) is not { } entry || _own.ContainsKey(entry.Owner))
            return;
        IsSilent(entry);
        await Task.Delay(_silence + _beat, clock, ct);
        if (await moves.FindAsync(database, ct) is { } later && IsSilent(later))
            await TakeOverAsync(later, ct);
    }

    /// <summary>By this process's own clock, so that no two clocks have to agree.</summary>
    private bool IsSilent(MoveEntry entry)
    {
        lock (_heard)
        {
            var key = (entry.Database, entry.Owner);
            if (_heard.TryGetValue(key, out var heard) && heard.Beat == entry.Beat)
                return clock.GetElapsedTime(heard.Seen) >= _silence;
            _heard[key] = (entry.Beat, clock.GetTimestamp());
            return false;
        }
    }

    private void ForgetOthers(IReadOnlyList<MoveEntry> entries)
    {
        lock (_heard)
        {
            foreach (var key in _heard.Keys.Except(entries.Select(e => (e.Database, e.Owner))).ToList())
                _heard.Remove(key);
        }
    }

    private async ValueTask<Result<MoveReport>> MoveAsync(
        MoveEntry entry, Database database, IPlacement from, IPlacement to, IProgress<MoveProgress> progress, CancellationToken ct)
    {
        var journal = new MoveJournal(moves, entry, notify, clock);
        await using var source = from.SourceOf(database, journal.ConfirmAsync);
        await using var target = to.TargetOf(database, journal.ConfirmAsync);
        try
        {
            MoveLogging.Began(logger, database.Id, entry.Source.Value, entry.Target.Value);
            var report = await new DatabaseMove(source, target, journal, progress, clock).RunAsync(ct);
            progress.Report(new(MoveStage.Cleaning, 0, null));
            MoveLogging.Moved(logger, database.Id, entry.Target.Value, report.Records, report.WritesWaited.TotalMilliseconds);
            await FinishAsync(entry, source, target);
            return report;
        }
        catch (Exception e) when (!journal.IsFlipped)
        {
            MoveLogging.BrokenOff(logger, e, database.Id);
            await UndoAsync(entry, source, target);
            if (e is MoveBrokenOffException broken)
                return broken.Error;
            if (e is OperationCanceledException or UnavailableException)
                throw;
            return new Error(ErrorCodes.Internal, $"The move met a fault and was undone; the database serves on where it was. {e.Message.Split('\n')[0]}") { Hint = "The log has the whole of it." };
        }
    }

    private async ValueTask TakeOverAsync(MoveEntry entry, CancellationToken ct)
    {
        var owner = NewOwner();
        if (!await moves.TakeOverAsync(entry, owner, ct))
            return;
        var taken = entry with { Owner = owner };
        var database = await find(entry.Database, ct);
        if (entry.Stage == MoveRegistry.Removing)
        {
            await FinishRemovalAsync(taken, isGone: database is null, ct);
            return;
        }

        if (placements.Find(entry.Source) is not { } from || placements.Find(entry.Target) is not { } to)
        {
            MoveLogging.LeftBehind(logger, entry.Database, entry.Source.Value, entry.Target.Value);
            await ReleaseAsync(taken, database);
            return; // kept, for a server that has both placements
        }

        if (database is null)
        {
            await FinishGoneAsync(taken, from, to);
            return;
        }

        var journal = new MoveJournal(moves, taken, notify, clock);
        await using var source = from.SourceOf(database, journal.ConfirmAsync);
        await using var target = to.TargetOf(database, journal.ConfirmAsync);
        MoveLogging.TakenOver(logger, entry.Database, entry.Stage);
        if (database.Placement == entry.Target)
            await FinishAsync(taken, source, target);
        else
            await UndoAsync(taken, source, target);
    }

    /// <summary>Lets writes go on at a source whose target is not known here, where nothing was flipped: the copy there can wait to be removed, they can't.</summary>
    private async ValueTask ReleaseAsync(MoveEntry entry, Database? database)
    {
        if (database is null || database.Placement != entry.Source || placements.Find(entry.Source) is not { } from)
            return;
        try
        {
            await using var source = from.SourceOf(database, new MoveJournal(moves, entry, notify, clock).ConfirmAsync);
            await source.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            MoveLogging.NotCleaned(logger, e, entry.Database);
        }
    }

    /// <summary>Removes both copies of a database that is gone. What fails is tried again later.</summary>
    private async ValueTask FinishGoneAsync(MoveEntry entry, IPlacement from, IPlacement to)
    {
        try
        {
            MoveLogging.TakenOver(logger, entry.Database, entry.Stage);
            await from.RemoveAsync(entry.Database, CancellationToken.None);
            await to.RemoveAsync(entry.Database, CancellationToken.None);
            await moves.EndAsync(entry.Database, entry.Owner, CancellationToken.None);
        }
        catch (Exception e)
        {
            MoveLogging.NotCleaned(logger, e, entry.Database);
        }
    }

    /// <summary>Removes what the metadata don't give any more. What fails is tried again later.</summary>
    private async ValueTask FinishAsync(MoveEntry entry, IMoveSource source, IMoveTarget target)
    {
        try
        {
            await target.AdoptAsync(CancellationToken.None);
            await source.RemoveAsync(CancellationToken.None);
            await moves.EndAsync(entry.Database, entry.Owner, CancellationToken.None);
        }
        catch (Exception e)
        {
            MoveLogging.NotCleaned(logger, e, entry.Database);
        }
    }

    /// <summary>The source first: it has to serve on, whatever becomes of the other copy. What fails is tried again later.</summary>
    private async ValueTask UndoAsync(MoveEntry entry, IMoveSource source, IMoveTarget target)
    {
        try
        {
            if (!await moves.BeginUndoAsync(entry, CancellationToken.None))
                return; // taken over: whoever did that undoes it, or finishes it; or flipped after all, to be finished later
            await source.ReleaseAsync(CancellationToken.None);
            await target.DropAsync(CancellationToken.None);
            await moves.EndAsync(entry.Database, entry.Owner, CancellationToken.None);
        }
        catch (Exception e)
        {
            MoveLogging.NotCleaned(logger, e, entry.Database);
        }
    }

    /// <summary>Removes a database that is in no placement of the metadata's own: its entry first, then its data.</summary>
    public async ValueTask<Result<Done>> RemoveAsync(Database database, Func<ValueTask<Result<Done>>> removeEntry, CancellationToken ct)
    {
        var entry = new MoveEntry(database.Id, database.Placement, database.Placement, MoveRegistry.Removing, NewOwner(), Beat: 0);
        if (!(await moves.BeginAsync(entry, ct)).TryGet(out _, out var error))
            return error;
        var isGone = false;
        try
        {
            var removed = await removeEntry();
            isGone = removed.TryGet(out _, out error) || error.Code == ErrorCodes.DatabaseNotFound;
            return removed;
        }
        finally
        {
            await FinishRemovalAsync(entry, isGone, CancellationToken.None);
        }
    }

    private async ValueTask FinishRemovalAsync(MoveEntry entry, bool isGone, CancellationToken ct)
    {
        try
        {
            if (isGone && placements.Find(entry.Source) is { } placement)
                await placement.RemoveAsync(entry.Database, ct);
            else if (isGone)
                return; // for a server that has the placement
            await moves.EndAsync(entry.Database, entry.Owner, ct);
        }
        catch (Exception e) when (e is UnavailableException or MoveBrokenOffException or IOException)
        {
            MoveLogging.NotCleaned(logger, e, entry.Database);
        }
    }

    private async Task BeatAsync(MoveEntry entry, CancellationTokenSource lost, CancellationToken over)
    {
        using var timer = new PeriodicTimer(_beat, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                try
                {
                    if (await moves.NoteAsync(entry.Database, entry.Owner, stage: null, over))
                        continue;
                    await lost.CancelAsync();
                    return;
                }
                catch (UnavailableException)
                {
                    // Whoever takes it over will be noticed when the metadata are back: nothing is flipped without them.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private string NewOwner() => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.CreateVersion7(clock.GetUtcNow()):N}");
}
