using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Postgres.Writing;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>
/// Adds the rows of blocks in an open transaction: each block at once, and where that is refused, row by row but many in a round trip, so that those which are refused are found and the transaction stands. Used
/// for one run of a write.
/// </summary>
internal sealed class RowInserter(WriteContext context, CatalogTable entry) : IDisposable
{
    private const int MaxRoundTrip = 256;
    private const int LeastRoundTrip = 16;

    /// <summary>As many as are reported of a whole body; of further ones nobody hears more than their number.</summary>
    private const int MaxExplained = 100;

    private readonly WireRows _wire = new();
    private long _largestId;
    private long _advancedTo;
    private int _explained;

    /// <summary>Whether a statement changed nothing, and nobody knows why: the schema may be another one.</summary>
    public bool HasIgnored { get; private set; }

    /// <summary>Adds the rows of a block and gives their number.</summary>
    /// <param name="refused">Is told of each row that the table refuses; whether to go on.</param>
    public async ValueTask<int> InsertAsync(ReadOnlyMemory<byte> block, Func<RowFault, bool> refused, CancellationToken ct)
    {
        using var rows = new BlockRows(entry.Table, block);
        if (rows.Count == 0)
            return 0;
        return await TryCopyAsync(rows, ct) ? rows.Count : await InsertAsync(rows, refused, ct);
    }

    public void Dispose() => _wire.Dispose();

    /// <summary>Sees to it that no id which a row gave is assigned later. To be called at the end.</summary>
    public async ValueTask AdvanceAsync(CancellationToken ct)
    {
        if (_largestId <= _advancedTo)
            return;
        await IdSequence.AdvanceAsync(context.Connection, entry.Dialect, entry.Table, _largestId, ct);
        _advancedTo = _largestId;
    }

    private bool GivesId(BlockRows rows, int row) => entry.Table.Key is { } key && rows[row][key.Ordinal].Kind == ValueKind.Integer;

    private void NoteIds(BlockRows rows, int start, int end)
    {
        if (entry.Table.Key is not { } key)
            return;
        for (var i = start; i < end; i++)
        {
            if (rows[i][key.Ordinal] is { Kind: ValueKind.Integer } id)
                _largestId = Math.Max(_largestId, id.Integer);
        }
    }

    private async ValueTask<bool> TryCopyAsync(BlockRows rows, CancellationToken ct)
    {
        // Each run of rows that give the same columns is a statement, which is not worth it for a few of them.
        if (rows.ColumnsOf(0).Count == 0 || Runs(rows) > 1 + (rows.Count / 100))
            return false;
        await ExecuteAsync("SAVEPOINT block", ct);
        var advancedTo = _advancedTo;
        try
        {
            for (var start = 0; start < rows.Count;)
            {
                var end = rows.EndOfRun(start);
                if (!GivesId(rows, start))
                    await AdvanceAsync(ct);
                NoteIds(rows, start, end);
                await RowCopy.SendAsync(context.Connection, entry, rows, start, end, _wire, ct);
                start = end;
            }

            await ExecuteAsync("RELEASE block", ct);
            return true;
        }
        catch (PostgresException e) when (PostgresErrors.OfValues(e) is not null)
        {
            await UndoAsync("block", ct);
            _advancedTo = advancedTo; // the sequence went back with it
            return false;
        }
    }

    private static int Runs(BlockRows rows)
    {
        var runs = 0;
        for (var start = 0; start < rows.Count; start = rows.EndOfRun(start))
            runs++;
        return runs;
    }

    private async ValueTask<int> InsertAsync(BlockRows rows, Func<RowFault, bool> refused, CancellationToken ct)
    {
        var (added, step) = (0, MaxRoundTrip);
        for (var next = 0; next < rows.Count;)
        {
            if (!GivesId(rows, next))
                await AdvanceAsync(ct);
            var count = CountAlike(rows, next, Math.Min(step, rows.Count - next));
            NoteIds(rows, next, next + count);
            var (fault, skipped) = await RunAsync(rows, next, count, ct);
            if (fault is { Row: var at } && at > next)
            {
                // What stood before it in the round trip went with it.
                count = at - next;
                (var earlier, skipped) = await RunAsync(rows, next, count, ct);
                fault = earlier ?? fault;
                count = earlier is null ? count : 0;
            }
            else if (fault is not null)
            {
                count = 0;
            }

            foreach (var row in skipped)
            {
                if (!refused(new RowFault(rows.Line(row), await ExplainSkippedAsync(rows, row, ct))))
                    return added;
            }

            added += count - skipped.Count;
            if (fault is { } refusal && !refused(new RowFault(rows.Line(refusal.Row), refusal.Error)))
                return added;
            (next, step) = fault is { Row: var last } ? (last + 1, LeastRoundTrip) : (next + count, Math.Min(step * 2, MaxRoundTrip));
        }

        return added;
    }

    /// <summary>How many of so many rows come before one whose id is assigned behind one that gives its own.</summary>
    private int CountAlike(BlockRows rows, int start, int count)
    {
        for (var i = start + 1; i < start + count; i++)
        {
            if (GivesId(rows, i - 1) && !GivesId(rows, i))
                return i - start;
        }

        return count;
    }

    /// <summary>Adds rows in one round trip; all but those that were skipped, or none and the first that was refused.</summary>
    private async ValueTask<Outcome> RunAsync(BlockRows rows, int start, int count, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(context.Connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SAVEPOINT rows"));
        for (var i = start; i < start + count; i++)
        {
            var insert = new NpgsqlBatchCommand($"{InsertSql.Write(entry.Dialect, entry.Table, rows[i])} ON CONFLICT DO NOTHING"); // so that what is there already costs no round trip
            Binding.Add(insert.Parameters, entry.Table, rows[i], rows.Bytes);
            insert.Parameters.Add(Binding.Of(context.Catalog.SchemaVersion));
            batch.BatchCommands.Add(insert);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("RELEASE rows"));
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
            return new Outcome(null, [.. Enumerable.Range(start, count).Where(row => batch.BatchCommands[row - start + 1].RecordsAffected == 0)]);
        }
        catch (PostgresException e) when (PostgresErrors.OfValues(e) is not null && e.BatchCommand is NpgsqlBatchCommand failed && batch.BatchCommands.IndexOf(failed) > 0)
        {
            var row = start + batch.BatchCommands.IndexOf((NpgsqlBatchCommand)e.BatchCommand) - 1;
            await UndoAsync("rows", ct);
            return new Outcome((row, await ExplainAsync(e, rows, row, ct)), []);
        }
    }

    /// <summary>Why a row was not added without an error: as a rule one with the same unique values is there.</summary>
    private async ValueTask<Error> ExplainSkippedAsync(BlockRows rows, int row, CancellationToken ct)
    {
        if (++_explained > MaxExplained)
            return StorageErrors.Unique;
        if (await BrokenConstraint.FindConflictAsync(context.Connection, entry, rows.Given(row), ct) is { } conflict)
            return conflict;
        HasIgnored = true;
        return RecordErrors.Ignored;
    }

    private async ValueTask<Error> ExplainAsync(PostgresException e, BlockRows rows, int row, CancellationToken ct) => BrokenConstraint.Is(e)
        ? await new BrokenConstraint(e, entry, rows.Given(row), Key: null, []).ExplainAsync(context.Connection, ct)
        : PostgresErrors.OfValues(e) ?? StorageErrors.Constraint;

    private async ValueTask ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, context.Connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async ValueTask UndoAsync(string savepoint, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(context.Connection) { BatchCommands = { new($"ROLLBACK TO {savepoint}"), new($"RELEASE {savepoint}") } };
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <param name="Fault">The first row that was refused.</param>
    /// <param name="Skipped">Rows that are there already, that a trigger of somebody else's dropped, or that found another schema.</param>
    private readonly record struct Outcome((int Row, Error Error)? Fault, IReadOnlyList<int> Skipped);
}
