using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Adds one record.</summary>
internal sealed class InsertRecord(OpenTable table, RecordDraft draft, CancellationToken ct) : RecordStatement(table, draft, ct)
{
    public override NpgsqlBatchCommand Command(CatalogTable entry, long version) => RecordCommands.Insert(entry, version, Draft);
}
