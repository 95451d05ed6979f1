using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Removes one record, whatever it is.</summary>
internal sealed class DeleteRecord(OpenTable table, RecordId id, CancellationToken ct) : StatementWrite<Done>(table, ct)
{
    private bool _isDone;

    public override RecordId? Id => id;

    public override bool GivesRows => false;

    public override bool IsDone => _isDone;

    public override NpgsqlBatchCommand Command(CatalogTable entry, long version) => RecordCommands.Delete(entry, version, id);

    public override void Note(ulong changed) => _isDone = changed > 0;

    public override BrokenConstraint Explain(PostgresException fault, CatalogTable entry) => new(fault, entry, Row: null, id, []);

    protected override Done Value() => new();

    public override void Discard() => _isDone = false;
}
