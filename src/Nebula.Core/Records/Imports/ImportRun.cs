using System.Globalization;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>One import: takes the rows from the body and hands them to the store in blocks.</summary>
internal sealed class ImportRun(IImportStore store, QuotaService quotas, TimeProvider clock, OpenTable table, BodyBuffer body, RowReader rows)
{
    /// <summary>The rows of one write that shares the database with others: some milliseconds.</summary>
    private const int MaxBlockRows = 2000;

    private const int MaxBlockBytes = 1024 * 1024;
    private const int MaxFaults = 100;

    private readonly List<RowFault> _faults = [];
    private long _skipped;
    private bool _stopsAtFaults;

    /// <summary>Reads everything before anything is written, so that a bad row changes nothing.</summary>
    public async ValueTask<Result<ImportReport>> AbortAsync(CancellationToken ct)
    {
        using var spool = store.CreateSpool();
        using var block = new RowBlock();
        _stopsAtFaults = true;
        while (true)
        {
            var step = await FillAsync(block, ct);
            if (step == ReadStep.TooLong)
                return TooLong();
            if (_faults.Count >= MaxFaults || (_faults.Count > 0 && step == ReadStep.End))
                return LineFaults.Of(_faults);
            if (step == ReadStep.End)
                break;
            if (_faults.Count == 0 && !(await spool.AddAsync(block, ct)).TryGet(out _, out var full))
                return full;
            block.Clear();
        }

        return (await store.InsertAllAsync(table, spool, block, ct)).TryGet(out var imported, out var error) ? new ImportReport(imported, 0, []) : error;
    }

    /// <summary>Writes one block while the next is read. What was written stays, whatever comes later.</summary>
    public async ValueTask<Result<ImportReport>> SkipAsync(CancellationToken ct)
    {
        using var first = new RowBlock();
        using var second = new RowBlock();
        var (filling, writing) = (first, second);
        var imported = 0L;
        Task<Result<BatchReport>>? pending = null;
        try
        {
            while (true)
            {
                ReadStep step;
                try
                {
                    step = await FillAsync(filling, ct);
                }
                catch (IOException e)
                {
                    // The body broke off, or is larger than allowed: the rows before are in the table all the same.
                    if (pending is { } last && (await last).TryGet(out var done, out _))
                        imported += done.Imported;
                    throw new ImportBrokenOffException(imported, e);
                }

                if (pending is { } written)
                {
                    pending = null;
                    if (!(await written).TryGet(out var batch, out var error))
                        return StoppedAt(imported, error);
                    imported += Note(batch);
                }

                if (filling.Rows > 0)
                {
                    if (await quotas.CheckBytesAsync(table.Database, ct) is { } full)
                        return StoppedAt(imported, full);
                    pending = store.InsertEachAsync(table, filling, ct).AsTask();
                    (filling, writing) = (writing, filling);
                    filling.Clear();
                }
                else if (step == ReadStep.End)
                {
                    return new ImportReport(imported, _skipped, [.. _faults.OrderBy(f => f.Line)]);
                }
                else if (step == ReadStep.TooLong)
                {
                    return StoppedAt(imported, TooLong());
                }
            }
        }
        finally
        {
            // The store reads the block until it is done, also when the body broke off meanwhile.
            if (pending is { } left)
                await SettleAsync(left);
        }
    }

    /// <summary>Fills a block; ends at its bound, at the end of the body, or when there are more faults than are reported.</summary>
    private async ValueTask<ReadStep> FillAsync(RowBlock block, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        while (true)
        {
            var step = Fill(block, now);
            if (step != ReadStep.NeedsMore)
                return step;
            await body.ReceiveAsync(ct);
        }
    }

    private ReadStep Fill(RowBlock block, DateTimeOffset now)
    {
        while (true)
        {
            var step = rows.Read();
            if (step != ReadStep.Row)
                return step;
            if (rows.TryParse(out var draft, out var error))
                block.Add(draft.Stamped(now, isNew: true, keepsGiven: true), rows.Line);
            else
                Note(new RowFault(rows.Line, error));
            if (block.Rows >= MaxBlockRows || block.Bytes.Length >= MaxBlockBytes || (_stopsAtFaults && _faults.Count >= MaxFaults))
                return ReadStep.Row;
        }
    }

    private int Note(BatchReport batch)
    {
        foreach (var fault in batch.Faults)
            Note(fault);
        return batch.Imported;
    }

    private void Note(RowFault fault)
    {
        _skipped++;
        if (_faults.Count < MaxFaults)
            _faults.Add(fault);
    }

    private Error TooLong() => new(
        ErrorCodes.InvalidBody, string.Create(CultureInfo.InvariantCulture, $"The row that begins in line {rows.Line} is longer than {RowReader.MaxRowBytes / 1024 / 1024} MiB."));

    private static Error StoppedAt(long imported, Error error) => imported == 0
        ? error
        : error with { Message = string.Create(CultureInfo.InvariantCulture, $"{error.Message} {imported} records were imported before.") };

    private static async Task SettleAsync(Task<Result<BatchReport>> pending)
    {
        try
        {
            await pending;
        }
        catch (OperationCanceledException)
        {
            // Cancelled with the import itself.
        }
    }
}
