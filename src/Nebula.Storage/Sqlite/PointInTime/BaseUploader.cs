using System.Security.Cryptography;
using Nebula.Core.Accounts;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Copies database files to where histories are kept, while they are written. Thread-safe.</summary>
internal sealed class BaseUploader(HistoryStore store, WalUploader segments, PointInTimeOptions options, Func<UserId, CancellationToken, ValueTask<string?>> emailOf, TimeProvider clock)
{
    private static readonly TimeSpan _untilNextPause = TimeSpan.FromSeconds(1);

    /// <summary>Whether a generation has no copy yet, or one that is old, or so much was written since that applying it would take long.</summary>
    public bool IsDue(WalPosition position) =>
        position.BaseAt is not { } at
        || (position.BytesSinceBase > 0 && clock.GetUtcNow() - at >= options.BaseInterval)
        || position.BytesSinceBase > Math.Max(options.BaseFloor, options.BaseFactor * position.BaseBytes);

    /// <summary>
    /// Copies a file. Pages that change meanwhile may come in any state, also half-way: all that is copied into the file from the beginning on is in the segments, from the first of the present log, and those that are
    /// committed by the end make the copy whole.
    /// </summary>
    public async ValueTask TakeAsync(WalHistory history, CancellationToken ct)
    {
        await history.CopyGate.WaitAsync(ct);
        try
        {
            if (history.Position is { } position && IsDue(position))
                await TakeAloneAsync(history, ct);
        }
        finally
        {
            history.CopyGate.Release();
        }
    }

    private async ValueTask TakeAloneAsync(WalHistory history, CancellationToken ct)
    {
        await segments.SealAsync(history, ct); // so that little of what lies before has to be applied
        if (history.Position is not { } start)
            return;
        var (owner, path) = (history.Owner, history.Path);
        if (!history.Owns(path, start.Generation))
            return; // it was deleted or renamed
        var email = owner.Account is { } account ? await emailOf(account, ct) : null;
        HistoryCopy? same = null;
        await UploadPatience.RunAsync(0, clock, async c => same = await FindAsync(owner.Id, start, c), ct);
        if (same is not null)
        {
            // Nothing was written since, so it is the same file: of another name, if it is due at all.
            var now = clock.GetUtcNow();
            if (same.Name != owner.Name || same.Owner != email)
                await DescribeAsync(same with { Name = owner.Name, Owner = email, From = now }, ct);
            history.NoteBase(start.Generation, now, same.Bytes, start.BytesSinceBase);
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var name = HistoryNames.Copy(owner.Id, start.Generation, start.Segment);
        long bytes;
        using (var connection = Connection.Open(path, create: false))
        {
            if (!history.Owns(path, start.Generation))
                return; // it was closed, and another file may be there by now
            await using var content = new DatabaseFileStream(connection, hash);
            await UploadPatience.RunAsync(connection.FileSize, clock, c => store.WriteCopyAsync(name, content, c), ct);
            bytes = content.BytesRead;
        }

        while (history.Owns(path, start.Generation)) // a closed file may have been written to while it was read
        {
            if (await segments.ShipAllAsync(history, ct) is var (moment, end) && end.Generation == start.Generation)
            {
                var copy = new HistoryCopy
                {
                    Database = owner.Id,
                    CreatedAt = owner.CreatedAt,
                    Owner = email,
                    Name = owner.Name,
                    Generation = start.Generation,
                    Number = start.Segment,
                    FirstSegment = start.EpochSegment,
                    Through = end.Segment,
                    From = moment,
                    Bytes = bytes,
                    Sha256 = hash.GetHashAndReset(),
                };
                await DescribeAsync(copy, ct);
                history.NoteBase(start.Generation, moment, bytes, start.BytesSinceBase);
                return;
            }

            await Task.Delay(_untilNextPause, clock, ct); // a long write is under way
        }

        await store.DeleteAsync(name, ct); // nothing makes it whole
    }

    /// <summary>The newest description of the copy that was begun at a position, if there is one.</summary>
    private async ValueTask<HistoryCopy?> FindAsync(string database, WalPosition at, CancellationToken ct)
    {
        string? newest = null;
        await foreach (var about in store.ListAsync(HistoryNames.AboutOf(database, at.Generation, at.Segment), ct))
            newest = about.Name;
        try
        {
            return newest is null ? null : await store.FindJsonAsync(newest, HistoryJson.Default.HistoryCopy, ct);
        }
        catch (UnreadableBackupException)
        {
            return null; // of no use to a restoration either
        }
    }

    private ValueTask DescribeAsync(HistoryCopy copy, CancellationToken ct) =>
        UploadPatience.RunAsync(0, clock, c => store.WriteJsonAsync(HistoryNames.About(copy), copy, HistoryJson.Default.HistoryCopy, c), ct);
}
