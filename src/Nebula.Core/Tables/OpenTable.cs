using Nebula.Core.Databases;

namespace Nebula.Core.Tables;

/// <summary>A table together with the proof that its caller may use it: only <see cref="TableService"/> makes one.</summary>
public readonly struct OpenTable
{
    internal OpenTable(Caller caller, Database database, Table table) => (Caller, Database, Table) = (caller, database, table);

    public Caller Caller { get; }

    public Database Database { get; }

    public Table Table { get; }
}
