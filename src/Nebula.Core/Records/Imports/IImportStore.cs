using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>Adds many records without giving them back. Thread-safe.</summary>
/// <remarks>
/// Every member that writes gives <see cref="Error.StaleTable"/> itself when the table changed since it was opened, and fails with busy, unavailable or storage_full. What it
/// reports is on disk.
/// </remarks>
public interface IImportStore
{
    /// <summary>A place for the rows of one body.</summary>
    IRowSpool CreateSpool();

    /// <summary>
    /// Adds the rows of a spool and behind them those of a block, all or none, and gives their number. The first that the table refuses undoes all: unique_violation,
    /// foreign_key_violation, check_failed or required, with details that name its line as <see cref="LineFaults"/> does.
    /// </summary>
    ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool spool, RowBlock last, CancellationToken ct);

    /// <summary>Adds the rows of a block, each by itself: those that the table refuses are reported. The block stays as it is until the task completes.</summary>
    ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct);
}
