using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Schema;
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

    /// <summary>Changes the record that has the draft's values in some columns.</summary>
    public static NpgsqlBatchCommand Merge(CatalogTable entry, long version, IReadOnlyList<Column> by, RecordDraft draft)
    {
        var command = new NpgsqlBatchCommand(entry.Sql.Merge(draft, by));
        Binding.AddChange(command.Parameters, draft);
        Binding.Add(command.Parameters, draft, by);
        return With(command, version);
    }

    /// <summary>Finds the record that has the draft's values in some columns.</summary>
    public static NpgsqlBatchCommand FindBy(CatalogTable entry, IReadOnlyList<Column> by, RecordDraft draft)
    {
        var command = new NpgsqlBatchCommand(entry.Sql.FindBy(by));
        Binding.Add(command.Parameters, draft, by);
        return command;
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, long version)
    {
        command.Parameters.Add(Binding.Of(version));
        return command;
    }
}
