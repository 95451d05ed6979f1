using Nebula.Core;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Records;

namespace Nebula.Storage.Moving;

/// <summary>
/// The way of a database from one placement to another while it is served, until the new copy has taken over. The records are copied in blocks that are read at different moments; whatever changed
/// meanwhile stands in the source's log and is written again, so that the copy comes to be what one snapshot holds. From then on it goes from snapshot to snapshot, each in one transaction.
/// </summary>
internal sealed class DatabaseMove(IMoveSource source, IMoveTarget target, IMoveJournal journal, IProgress<MoveProgress> progress, TimeProvider clock)
{
    /// <summary>A snapshot keeps the engine from cleaning up, so none is held for long.</summary>
    private static readonly TimeSpan _snapshotTime = TimeSpan.FromSeconds(1);

    /// <summary>What may take long is done before writes are held: so much is applied in far less than a second.</summary>
    private const int SmallLag = 200;

    /// <summary>How long the writes that run may take to end once no other one begins.</summary>
    private static readonly TimeSpan _fencePatience = TimeSpan.FromMilliseconds(400);

    /// <summary>When it took so long until the copy is whole, from the moment when writes were held, they go on, and it is tried again.</summary>
    private static readonly TimeSpan _tailTime = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);
    private const int MaxSwitches = 40;

    private readonly BlockSize _size = new();
    private string _position = "";

    public async ValueTask<MoveReport> RunAsync(CancellationToken ct)
    {
        await BeginAsync(MoveStage.Preparing, ct);
        var schema = await source.BeginAsync(ct);
        await target.CreateAsync(schema, ct);

        await BeginAsync(MoveStage.Copying, ct);
        await CopyAsync(schema, ct);
        await CatchUpAsync(isVerified: false, schema, ct);

        await BeginAsync(MoveStage.Indexing, ct);
        await target.IndexAsync(schema, new Telling<int>(done => progress.Report(new(MoveStage.Indexing, done, schema.Tables.Count))), ct);

        await BeginAsync(MoveStage.CatchingUp, ct);
        await ComeCloseAsync(schema, ct);
        await BeginAsync(MoveStage.Verifying, ct);
        var records = await VerifyAsync(schema, ct);

        await BeginAsync(MoveStage.Switching, ct);
        return new MoveReport(schema.Tables.Count, records, await SwitchAsync(schema, ct));
    }

    private async ValueTask BeginAsync(MoveStage stage, CancellationToken ct)
    {
        await journal.NoteAsync(stage, ct);
        progress.Report(new(stage, 0, null));
    }

    private async ValueTask CopyAsync(MovedSchema schema, CancellationToken ct)
    {
        var total = 0L;
        await using (var first = await source.OpenSnapshotAsync(ct))
        {
            _position = first.Position; // what is logged from here on is written again
            foreach (var table in schema.Tables)
                total += await first.EstimateAsync(table, ct);
        }

        var done = 0L;
        foreach (var table in schema.Tables)
        {
            TypedValue? last = null;
            await InSnapshotsAsync(async snapshot =>
            {
                var rows = await snapshot.ReadBlockAsync(table, last, null, _size.Limit, ct);
                if (rows.Count == 0)
                    return false;
                await InsertAsync(batch => batch.InsertAsync(table, rows, ct), ct);
                _size.Learn(rows);
                last = rows[^1].Key;
                progress.Report(new(MoveStage.Copying, done += rows.Count, Math.Max(total, done)));
                return true;
            }, ct);
        }

        var lastAnswer = 0L;
        await InSnapshotsAsync(async snapshot =>
        {
            var answers = await snapshot.ReadAnswersAsync(lastAnswer, _size.Limit, ct);
            if (answers.Count == 0)
                return false;
            await InsertAsync(batch => batch.KeepAsync(answers, ct), ct);
            lastAnswer = answers[^1].Number;
            return true;
        }, ct);
    }

    private async ValueTask InsertAsync(Func<IMoveBatch, ValueTask> insert, CancellationToken ct)
    {
        await using var batch = await target.BeginAsync(ct);
        await insert(batch);
        await batch.CommitAsync(ct);
    }

    /// <summary>Reads on in one snapshot after the other until there is no more.</summary>
    private async ValueTask InSnapshotsAsync(Func<IMoveSnapshot, ValueTask<bool>> read, CancellationToken ct)
    {
        for (var isMore = true; isMore;)
        {
            await using var snapshot = await source.OpenSnapshotAsync(ct);
            var opened = clock.GetTimestamp();
            do
            {
                ct.ThrowIfCancellationRequested();
                isMore = await read(snapshot);
            }
            while (isMore && clock.GetElapsedTime(opened) < _snapshotTime);
        }
    }

    /// <summary>Brings the target to where the source is now. Gives how much had changed.</summary>
    private async ValueTask<long> CatchUpAsync(bool isVerified, MovedSchema schema, CancellationToken ct)
    {
        await using var snapshot = await source.OpenSnapshotAsync(ct);
        return await CatchUpAsync(snapshot, isVerified, schema, ct);
    }

    private async ValueTask<long> CatchUpAsync(IMoveSnapshot snapshot, bool isVerified, MovedSchema schema, CancellationToken ct)
    {
        var changes = new ChangePortions(snapshot, _position);
        var changed = await ApplyAsync(snapshot, changes, schema, ct);
        _position = snapshot.Position;
        if (changed == 0 || !isVerified)
            return changed;
        await foreach (var portion in changes.ReadAsync(ct))
        {
            foreach (var (table, keys) in Chunks(portion, schema, _size.Limit))
                Compare(table, await snapshot.ReadRecordsAsync(table, keys, ct), await target.ReadRecordsAsync(table, keys, ct));
        }

        return changed;
    }

    /// <summary>First everything goes that changed, then it comes as it is now: so that no value that moved from one record to another is there twice in between. Gives how much had changed.</summary>
    private async ValueTask<long> ApplyAsync(IMoveSnapshot snapshot, ChangePortions changes, MovedSchema schema, CancellationToken ct)
    {
        var changed = 0L;
        IMoveBatch? batch = null;
        try
        {
            await foreach (var portion in changes.ReadAsync(ct))
            {
                changed += portion.Count;
                batch ??= await target.BeginAsync(ct);
                foreach (var (table, keys) in Chunks(portion, schema, 1000))
                    await batch.DeleteAsync(table, keys, ct);
            }

            if (batch is null)
                return 0;
            await foreach (var portion in changes.ReadAsync(ct))
            {
                foreach (var (table, keys) in Chunks(portion, schema, _size.Limit))
                    await batch.InsertAsync(table, await snapshot.ReadRecordsAsync(table, keys, ct), ct);
                foreach (var some in portion.Answers.Chunk(_size.Limit))
                    await batch.KeepAsync(await snapshot.ReadAnswersAsync(some, ct), ct);
                ct.ThrowIfCancellationRequested();
            }

            await batch.CommitAsync(ct);
            return changed;
        }
        finally
        {
            if (batch is not null)
                await batch.DisposeAsync();
        }
    }

    private static IEnumerable<(MovedTable Table, TypedValue[] Keys)> Chunks(MoveChanges changes, MovedSchema schema, int size) =>
        from entry in changes.Keys
        let table = schema.Find(entry.Key) ?? throw new MoveBrokenOffException("A table was changed that the move does not know.")
        from some in entry.Value.Chunk(size)
        select (table, some);

    /// <summary>Catches up until so little is left that it takes no time.</summary>
    private async ValueTask ComeCloseAsync(MovedSchema schema, CancellationToken ct)
    {
        var done = 0L;
        for (var round = 0; round < 100; round++)
        {
            var changed = await CatchUpAsync(isVerified: true, schema, ct);
            progress.Report(new(MoveStage.CatchingUp, done += changed, null));
            if (changed <= SmallLag)
                return;
        }
    }

    /// <summary>
    /// Compares number and checksum of all records, block by block, each block in a snapshot that the target has been brought to. Gives their number.
    /// </summary>
    private async ValueTask<long> VerifyAsync(MovedSchema schema, CancellationToken ct)
    {
        var records = 0L;
        foreach (var table in schema.Tables)
        {
            TypedValue? last = null;
            IMoveSnapshot? caughtUp = null;
            await InSnapshotsAsync(async snapshot =>
            {
                if (snapshot != caughtUp)
                    await CatchUpAsync(snapshot, isVerified: true, schema, ct);
                caughtUp = snapshot;
                var limit = _size.Limit;
                var rows = await snapshot.ReadBlockAsync(table, last, null, limit, ct);
                var isLast = rows.Count < limit;
                Compare(table, rows, await target.ReadBlockAsync(table, last, isLast ? null : rows[^1].Key, limit + 1, ct));
                if (isLast)
                {
                    records += rows.Count;
                    return false;
                }

                _size.Learn(rows);
                last = rows[^1].Key;
                progress.Report(new(MoveStage.Verifying, records += rows.Count, null));
                return true;
            }, ct);
        }

        return records;
    }

    private static void Compare(MovedTable table, IReadOnlyList<MovedRow> source, IReadOnlyList<MovedRow> copy)
    {
        if (source.Count != copy.Count)
            throw new MoveBrokenOffException($"The copy of the table '{table.Table.Name}' has another number of records than the table: {copy.Count} where there are {source.Count}.");
        if (!RowDigest.Of(table, source).AsSpan().SequenceEqual(RowDigest.Of(table, copy)))
            throw new MoveBrokenOffException($"The copy of the table '{table.Table.Name}' has other records than the table: their checksums differ.");
    }

    /// <summary>Holds the writes, applies what came last, and lets the target take over. Gives how long writes were held.</summary>
    private async ValueTask<TimeSpan> SwitchAsync(MovedSchema schema, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await source.MakeWayAsync(ct);
            await ComeCloseAsync(schema, ct);
            var started = clock.GetTimestamp();
            if (await source.FenceAsync(_fencePatience, ct))
            {
                if (await FinishAsync(schema, started, ct))
                {
                    await journal.FlipAsync(ct);
                    await source.LeaveAsync(CancellationToken.None);
                    return clock.GetElapsedTime(started);
                }

                await source.OpenAsync(ct);
            }

            if (attempt == MaxSwitches)
            {
                throw new MoveBrokenOffException(new Error(ErrorCodes.Busy, "No moment was found in which writes need to be held for less than a second only: some take long, or many come at once. The database serves on where it is.")
                {
                    RetryAfter = TimeSpan.FromMinutes(1),
                    Hint = "Try again when it is quieter.",
                });
            }

            progress.Report(new(MoveStage.Switching, attempt, null));
            await Task.Delay(_pause, clock, ct);
        }
    }

    /// <summary>Applies what came last and makes the copy whole. False when the time is up in which that has to be done, whatever it was at.</summary>
    private async ValueTask<bool> FinishAsync(MovedSchema schema, long started, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Max(_tailTime - clock.GetElapsedTime(started), TimeSpan.Zero), clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            NextIds ids;
            await using (var snapshot = await source.OpenSnapshotAsync(ending.Token))
            {
                await CatchUpAsync(snapshot, isVerified: true, schema, ending.Token);
                ids = await snapshot.ReadNextIdsAsync(schema, ending.Token);
            }

            return await target.FinishAsync(schema, ids, () => !late.IsCancellationRequested, ending.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
