using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>A statement that gives the record as it then is.</summary>
internal abstract class RecordStatement(OpenTable table, RecordDraft draft, CancellationToken ct) : StatementWrite<Record>(table, ct)
{
    private Record? _written;

    public override int Bytes => draft.Bytes.Length;

    public override bool IsDone => _written is not null;

    protected RecordDraft Draft => draft;

    public sealed override async ValueTask ReadAsync(NpgsqlDataReader rows, CatalogTable entry, CancellationToken ct)
    {
        if (!await rows.ReadAsync(ct))
            return;
        using var buffer = new RowBuffer(rows);
        _written = StoredRecord.Read<PostgresRow, StoredValue>(entry.Table, entry.Json, new PostgresRow(buffer));
    }

    public sealed override BrokenConstraint Explain(PostgresException fault, CatalogTable entry) => new(fault, entry, GivenRow.Of(draft), Id, []);

    protected sealed override Record Value() => _written!; // set whenever the outcome is success

    public sealed override void Discard()
    {
        _written?.Dispose();
        _written = null;
    }
}
