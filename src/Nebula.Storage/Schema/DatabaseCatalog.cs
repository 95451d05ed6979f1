using System.Collections.Frozen;
using Nebula.Core.Tables;

namespace Nebula.Storage.Schema;

/// <summary>The tables of one database at one version of its schema. Immutable.</summary>
internal sealed class DatabaseCatalog
{
    private readonly FrozenDictionary<Table, CatalogTable> _byTable;

    public DatabaseCatalog(long schemaVersion, IReadOnlyList<CatalogTable> tables, bool keepsLog)
    {
        (SchemaVersion, KeepsLog) = (schemaVersion, keepsLog);
        Entries = tables;
        Schema = new DatabaseSchema([.. tables.Select(t => t.Table)]);
        _byTable = tables.ToFrozenDictionary(t => t.Table);
    }

    /// <summary>The number that each change of the schema raises: SQLite's schema cookie, or the version that the database keeps.</summary>
    public long SchemaVersion { get; }

    /// <summary>Whether each write goes into the change log.</summary>
    public bool KeepsLog { get; }

    public IReadOnlyList<CatalogTable> Entries { get; }

    public DatabaseSchema Schema { get; }

    public IReadOnlyList<Table> Tables => Schema.Tables;

    public CatalogTable? Find(string name) => Schema.Find(name) is { } table ? Find(table) : null;

    /// <summary>The entry of this very table, or null when it is not the current one.</summary>
    public CatalogTable? Find(Table table) => _byTable.GetValueOrDefault(table);

    public CatalogTable? Find(TableId id) => Entries.FirstOrDefault(t => t.Table.Id == id);
}
