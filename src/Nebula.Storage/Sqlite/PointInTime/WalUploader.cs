using Nebula.Core;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Brings what is new of a history to where it is kept. Throws <see cref="UnavailableException"/> while that can't be reached; what was not shipped then is so the next time. Thread-safe.</summary>
internal sealed class WalUploader(HistoryStore store, WalStaging staging, TimeProvider clock)
{
    /// <summary>Past so many frames a log is copied into the file.</summary>
    private const int LongLog = LogCheckpoints.Pages;

    /// <summary>Ships what was committed, and copies the log into the file when it has grown.</summary>
    public async ValueTask ShipAsync(WalHistory history, CancellationToken ct)
    {
        await history.Gate.WaitAsync(ct);
        try
        {
            await ShipStagedAsync(history, ct);
            if (history.Ended is var (generation, end))
            {
                await UploadPatience.RunAsync(0, clock, c => store.WriteJsonAsync(HistoryNames.End(history.Owner.Id, generation), end, HistoryJson.Default.HistoryEnd, c), ct);
                history.DropEnded(generation);
            }

            if (history.Position is null)
                await BeginAsync(history, ct);
            await ShipNewAsync(history, isAll: false, ct);
            history.EndIfAhead();
            if (IsLong(history.Position))
            {
                history.SealLog();
                await ShipStagedAsync(history, ct);
            }
        }
        finally
        {
            history.Gate.Release();
        }
    }

    /// <summary>Ships all that is committed at a moment, and gives the moment and the position behind; null when there is no generation any more, or none that can be looked at now.</summary>
    public async ValueTask<(DateTimeOffset Moment, WalPosition Position)?> ShipAllAsync(WalHistory history, CancellationToken ct)
    {
        await history.Gate.WaitAsync(ct);
        try
        {
            await ShipStagedAsync(history, ct);
            var moment = await ShipNewAsync(history, isAll: true, ct);
            return moment > 0 && history.Position is { } position ? (DateTimeOffset.FromUnixTimeMilliseconds(moment), position) : null;
        }
        finally
        {
            history.Gate.Release();
        }
    }

    /// <summary>Ships what was committed, and copies the log into the file.</summary>
    public async ValueTask SealAsync(WalHistory history, CancellationToken ct)
    {
        await history.Gate.WaitAsync(ct);
        try
        {
            await ShipStagedAsync(history, ct);
            await ShipNewAsync(history, isAll: false, ct);
            history.SealLog();
            await ShipStagedAsync(history, ct);
        }
        finally
        {
            history.Gate.Release();
        }
    }

    private async ValueTask BeginAsync(WalHistory history, CancellationToken ct)
    {
        await ExistsAsync(HistoryNames.End(history.Owner.Id, "none"), ct); // throws while the place is away, before a write waits for the segment to be cut
        if (!history.TryBegin(out var begun, out var first))
            return;
        try
        {
            if (first is not null)
                await WriteAsync(HistoryNames.Segment(first.Segment), first.Path, ct);
            history.Confirm();
        }
        catch
        {
            history.TakeBack(begun!); // was begun
            throw;
        }
        finally
        {
            if (first is not null)
                WalStaging.Remove(first.Path);
        }
    }

    private async ValueTask<long> ShipNewAsync(WalHistory history, bool isAll, CancellationToken ct)
    {
        await LookAsync(history, ct);
        if (history.Cut(isAll, out var moment) is not { } cut)
            return moment;
        try
        {
            if (!await TryShipAsync(history, cut.Segment, cut.Path, ct))
                return 0; // there is no generation any more
        }
        finally
        {
            WalStaging.Remove(cut.Path);
        }

        history.Advance(cut);
        return moment;
    }

    private async ValueTask ShipStagedAsync(WalHistory history, CancellationToken ct)
    {
        await LookAsync(history, ct);
        while (history.Staged.Peek() is { } path)
        {
            if (TryRead(path) is { } segment && !await TryShipAsync(history, segment, path, ct))
                return; // nothing waits any more
            history.Staged.Drop(path);
            await LookAsync(history, ct); // it may have been opened anew
        }
    }

    /// <summary>Before anything of a file that was opened is shipped, which would be taken for what was there.</summary>
    private async ValueTask LookAsync(WalHistory history, CancellationToken ct)
    {
        if (history.Place.Unseen is not { } unseen || history.Position is not { } at)
            return;
        var isEnded = await ExistsAsync(HistoryNames.End(history.Owner.Id, at.Generation), ct);
        var isLater = isEnded || await ExistsAsync(unseen, ct) || await HasLaterCopyAsync(history.Owner, at, ct);
        history.Place.OnLooked();
        if (!isLater)
            return;
        history.DropStaged(PlaceCheck.PutBack);
        if (isEnded)
            history.DropEnded(at.Generation); // what was said of its end is true
    }

    /// <summary>Whether a copy of the same database was begun at a later position, or in a later generation: of what is old that alone may be left.</summary>
    private async ValueTask<bool> HasLaterCopyAsync(HistoryOwner owner, WalPosition at, CancellationToken ct)
    {
        var isThere = false;
        await UploadPatience.RunAsync(0, clock, LookAsync, ct);
        return isThere;

        async ValueTask LookAsync(CancellationToken ct)
        {
            await foreach (var about in store.ListAsync(HistoryNames.AboutOf(owner.Id), ct))
                isThere = isThere || await IsLaterAsync(about.Name, ct);
        }

        async ValueTask<bool> IsLaterAsync(string about, CancellationToken ct)
        {
            if (HistoryNames.CopyOf(about, owner.Id) is not var (generation, number))
                return false;
            var order = string.CompareOrdinal(generation, at.Generation);
            return order == 0 ? number > at.Segment : order > 0 && await IsOfAsync(about, owner, ct);
        }
    }

    /// <summary>False for another installation's database with the same id; true where that can't be told.</summary>
    private async ValueTask<bool> IsOfAsync(string about, HistoryOwner owner, CancellationToken ct)
    {
        try
        {
            return await store.FindJsonAsync(about, HistoryJson.Default.HistoryCopy, ct) is { } copy && copy.CreatedAt == owner.CreatedAt;
        }
        catch (UnreadableBackupException)
        {
            return true;
        }
    }

    /// <summary>Ships a segment, if it goes on from what is in its place.</summary>
    private async ValueTask<bool> TryShipAsync(WalHistory history, WalSegment segment, string path, CancellationToken ct)
    {
        if (!history.Place.IsCompared && await CompareAsync(history, segment, path, ct) is { } fault)
        {
            history.DropStaged(fault);
            return false;
        }

        await WriteAsync(HistoryNames.Segment(segment), path, ct);
        return true;
    }

    /// <summary>
    /// Why a segment does not go on from what is in its place: null when that is nothing, or a beginning of it, which a crash left there before it was noted. Anything else was shipped from a later state of the data directory.
    /// </summary>
    private async ValueTask<string?> CompareAsync(WalHistory history, WalSegment segment, string path, CancellationToken ct)
    {
        var (name, there) = (HistoryNames.Segment(segment), staging.NewPath());
        try
        {
            long? bytes = null;
            var most = new FileInfo(path).Length + SegmentFile.MostDifference; // a beginning is no longer
            await UploadPatience.RunAsync(most, clock, async c => bytes = await store.ReadFileAsync(name, there, isKept: false, most, c), ct);
            history.Place.OnCompared(isThere: bytes is not null);
            return bytes is null || (bytes <= most && BeginsWith(path, there, name)) ? null : PlaceCheck.PutBack;
        }
        catch (UnreadableBackupException e)
        {
            return $"what is in the place of its next segment can't be read: {e.Message}";
        }
        finally
        {
            WalStaging.Remove(there);
        }
    }

    private static bool BeginsWith(string path, string there, string name)
    {
        using var own = SegmentFile.Open(path, Path.GetFileName(path));
        using var other = SegmentFile.Open(there, name);
        return own.BeginsWith(other.Read());
    }

    /// <summary>Null for what a disk has damaged meanwhile: the history is then found to have a gap.</summary>
    private static WalSegment? TryRead(string path)
    {
        try
        {
            using var file = SegmentFile.Open(path, Path.GetFileName(path));
            return file.Read();
        }
        catch (Exception e) when (e is UnreadableBackupException or FileNotFoundException)
        {
            return null;
        }
    }

    private ValueTask WriteAsync(string name, string path, CancellationToken ct) =>
        UploadPatience.RunAsync(new FileInfo(path).Length, clock, c => store.WriteFileAsync(name, path, c), ct);

    private async ValueTask<bool> ExistsAsync(string name, CancellationToken ct)
    {
        var isThere = false;
        await UploadPatience.RunAsync(0, clock, OpenAsync, ct);
        return isThere;

        async ValueTask OpenAsync(CancellationToken ct)
        {
            try
            {
                if (await store.OpenAsync(name, ct) is not { } found)
                    return;
                isThere = true;
                await found.DisposeAsync();
            }
            catch (UnreadableBackupException)
            {
                isThere = true; // of another key, for one
            }
        }
    }

    private static bool IsLong(WalPosition? position) =>
        position?.Header is { } header && position.Offset > (long)LongLog * WalHeader.TryParse(header)!.FrameBytes && !position.IsSealed; // it was one when it was read
}
