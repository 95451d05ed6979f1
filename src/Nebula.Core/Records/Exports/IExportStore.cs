using Nebula.Core.Tables;

namespace Nebula.Core.Records.Exports;

/// <summary>Reads the records of a table in their physical order, a bounded number at a time. Thread-safe.</summary>
public interface IExportStore
{
    /// <summary>
    /// Appends the next records, each with its line end, and gives the position behind them; null at the end. Each call is a read of its own, so that nothing is
    /// held open between two: a record that is there throughout comes exactly once. Gives <see cref="Error.StaleTable"/> itself when the table changed since it was
    /// opened, and fails with busy, unavailable or query_timeout when the database can't serve now.
    /// </summary>
    /// <param name="after">Where the last call ended; null begins, with a header where the format has one.</param>
    ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct);
}
