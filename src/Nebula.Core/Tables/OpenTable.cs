using Nebula.Core.Databases;

namespace Nebula.Core.Tables;

/// <summary>A table together with the proof that its caller may use it: only <see cref="TableService"/> makes one.</summary>
public readonly struct OpenTable
{
    private readonly DatabaseSchema _schema;

    internal OpenTable(Caller caller, Database database, Table table, DatabaseSchema schema) =>
        (Caller, Database, Table, _schema) = (caller, database, table, schema);

    public Caller Caller { get; }

    public Database Database { get; }

    public Table Table { get; }

    /// <summary>The tables that the caller may refer to.</summary>
    internal DatabaseSchema Visible => (Caller as KeyCaller)?.Key.Tables is { } bound ? new([.. _schema.Tables.Where(t => bound.Contains(t.Id))]) : _schema;

    /// <summary>What the caller may see around the table.</summary>
    public SchemaView Schema => new(_schema, (Caller as KeyCaller)?.Key.Tables);
}
