using Nebula.Core.Tables;

namespace Nebula.Storage.Moving;

/// <summary>A table that is moved, with what Nebula keeps of it.</summary>
/// <param name="Table">As the source has it. Its columns, in this order, are what the values of a row stand for.</param>
/// <param name="Definition">What makes the table anew.</param>
/// <param name="Timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
/// <param name="CreatedAt">As it is kept.</param>
internal sealed record MovedTable(Table Table, TableDefinition Definition, string Timestamps, string CreatedAt)
{
    /// <summary>The column that tells its records apart.</summary>
    public Column Key { get; } = Table.KeyColumns[0];

    public bool HasSequence => Key.Type == ColumnType.Integer;
}
