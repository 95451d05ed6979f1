using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Changes one record, whatever it is.</summary>
internal sealed class UpdateRecord(OpenTable table, RecordId id, RecordDraft draft, CancellationToken ct) : RecordStatement(table, draft, ct)
{
    public override RecordId? Id => id;

    public override NpgsqlBatchCommand Command(CatalogTable entry, long version) => RecordCommands.Update(entry, version, id, Draft);
}
