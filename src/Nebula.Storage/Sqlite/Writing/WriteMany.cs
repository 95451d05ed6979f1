using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Adds or upserts many records: all or none.</summary>
internal sealed class WriteMany(OpenTable table, DraftList drafts, ConflictRule? rule, CancellationToken ct) : OwningWrite<BulkOutcome>(table.Caller, ct)
{
    /// <summary>So that nobody's single write waits for it, nor has to be done again when it is stopped.</summary>
    public override bool RunsAlone => drafts.Drafts.Count > SharedStatements;

    public override bool IsMultiStatement => true;

    public override bool IsBounded => true;

    public override int Bytes => drafts.Bytes;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;

        var ids = new Utf8Buffer(16 * drafts.Drafts.Count);
        if (Write(entry, context.Connection, ids, out var created) is { } error)
        {
            ids.Dispose();
            return error;
        }

        Written = new BulkOutcome(drafts.Drafts.Count, created, ids);
        return null;
    }

    public override void Save(Utf8Buffer answer) => BulkAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = BulkAnswer.Restore(answer);

    private Error? Write(CatalogTable entry, Connection connection, Utf8Buffer ids, out int created)
    {
        created = 0;
        for (var i = 0; i < drafts.Drafts.Count; i++)
        {
            if (connection.IsOverdue)
                return SqliteErrors.QueryTimeout;
            var isCreated = true;
            Record? record;
            var error = rule is null
                ? RowWrite.Insert(entry, connection, drafts.Drafts[i], out record)
                : RowWrite.Upsert(entry, connection, rule, drafts.Drafts[i], out record, out isCreated);
            if (error is not null)
                return RecordArray.At(error, i);
            using (record)
            {
                ids.Write((byte)(i == 0 ? '[' : ','));
                JsonValues.WriteId(ids, record!.Id); // there is a record whenever there is no error
            }

            created += isCreated ? 1 : 0;
        }

        ids.Write((byte)']');
        return null;
    }
}
