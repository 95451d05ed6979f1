using Nebula.Core.Tables;

namespace Nebula.Core.Records.Exports;

/// <summary>An export under way: its first rows are read, the others come as they are asked for. Whoever gets one disposes it. Not thread-safe.</summary>
public sealed class TableExport : IDisposable
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan _busyPause = TimeSpan.FromMilliseconds(200);

    private readonly OpenTable _table;
    private readonly ExportQuery _query;
    private readonly IExportStore _store;
    private readonly TimeProvider _clock;
    private readonly Utf8Buffer _rows;
    private ExportPosition? _position;

    internal TableExport(OpenTable table, ExportQuery query, IExportStore store, TimeProvider clock, Utf8Buffer rows, ExportPosition? position) =>
        (_table, _query, _store, _clock, _rows, _position) = (table, query, store, clock, rows, position);

    /// <summary>The table's name, as written when it was made.</summary>
    public string TableName => _table.Table.Name;

    public ExportFormat Format => _query.Format;

    /// <summary>The rows that were read last; valid until the next are read.</summary>
    public ReadOnlyMemory<byte> Rows => _rows.Memory;

    /// <summary>Whether <see cref="Rows"/> are the last.</summary>
    public bool IsComplete => _position is null;

    /// <summary>
    /// Reads the next rows. Fails as the store does, with conflict when the table changed underneath, and with unauthenticated when the credential is no longer good.
    /// </summary>
    public async ValueTask<Result<Done>> ReadNextAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            // An export can take hours: whoever lost the right to read meanwhile reads no further.
            if (!_table.Caller.IsCurrent(_clock))
                return Databases.DatabaseService.Revoked;
            _rows.Truncate(0);
            if ((await _store.ReadAsync(_table, _query, _position, _rows, ct)).TryGet(out var position, out var error))
            {
                _position = position;
                return new Done();
            }

            // Nor does it fall because others crowded in at one moment of them.
            if (error.Code != ErrorCodes.Busy || attempt == MaxAttempts)
                return error;
            await Task.Delay(_busyPause, _clock, ct);
        }
    }

    public void Dispose() => _rows.Dispose();
}
