using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>The statements that change one record, with their values. Each is conditional on the version of the schema, which is the last of its values.</summary>
internal static class RecordCommands
{
    public static NpgsqlBatchCommand Insert(CatalogTable entry, long version, RecordDraft draft)
    {
        var command = new NpgsqlBatchCommand(entry.Sql.Insert(draft));
        Binding.Add(command.Parameters, draft);
        return With(command, version);
    }

    public static NpgsqlBatchCommand Update(CatalogTable entry, long version, RecordId id, RecordDraft draft)
    {
        var command = new NpgsqlBatchCommand(entry.Sql.Update(draft));
        Binding.Add(command.Parameters, draft);
        Binding.Add(command.Parameters, entry.Table, id);
        return With(command, version);
    }

    public static NpgsqlBatchCommand Delete(CatalogTable entry, long version, RecordId id)
    {
        var command = new NpgsqlBatchCommand(entry.Sql.Delete);
        Binding.Add(command.Parameters, entry.Table, id);
        return With(command, version);
    }

    /// <summary>Adds the record unless there is one with the same values in the rule's columns, which is then changed or left as it is. Behind its columns the row says which of the two.</summary>
    public static NpgsqlBatchCommand Upsert(CatalogTable entry, long version, RecordDraft draft, ConflictRule rule)
    {
        var command = new NpgsqlBatchCommand(UpsertSql.Write(entry.Dialect, entry.Table, draft, rule));
        Binding.Add(command.Parameters, draft);
        return With(command, version);
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, long version)
    {
        command.Parameters.Add(Binding.Of(version));
        return command;
    }
}
