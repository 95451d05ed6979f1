using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>A write on its way, with the schema that it goes by. Used by one transaction.</summary>
internal sealed class SentWrite(StatementWrite write, CatalogTable entry, long version) : IComparable<SentWrite>
{
    public StatementWrite Write => write;

    public CatalogTable Entry => entry;

    public long Version => version;

    public (DatabaseId Database, TableId Table) Place => (write.Table.Database.Id, write.Table.Table.Id);

    /// <summary>The statement as it was sent last.</summary>
    public NpgsqlBatchCommand? Command { get; set; }

    /// <summary>How often it was sent alone.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether another one is about the same record.</summary>
    public bool IsAboutSame(SentWrite other) => Place == other.Place && write.Id is { } id && other.Write.Id is { } otherId && id.Equals(otherId);

    public int CompareTo(SentWrite? other)
    {
        if (other is null)
            return 1;
        var byDatabase = write.Table.Database.Id.Value.CompareTo(other.Write.Table.Database.Id.Value);
        if (byDatabase != 0)
            return byDatabase;
        var byTable = write.Table.Table.Id.Value.CompareTo(other.Write.Table.Table.Id.Value);
        if (byTable != 0)
            return byTable;
        return (write.Id, other.Write.Id) switch
        {
            ({ IsInteger: true } a, { IsInteger: true } b) => a.Value.CompareTo(b.Value),
            ({ } a, { } b) => string.CompareOrdinal(a.ToString(), b.ToString()),
            _ => (write.Id is null).CompareTo(other.Write.Id is null),
        };
    }
}
