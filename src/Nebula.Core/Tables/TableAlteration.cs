namespace Nebula.Core.Tables;

/// <summary>Changes of a table that are made together or not at all: read against the table as it was, and complete.</summary>
/// <param name="Before">The definition of the table as it was, but with the names that it and its columns get, and without columns that go.</param>
/// <param name="After">The definition that the table gets.</param>
public sealed record TableAlteration(TableDefinition Before, TableDefinition After)
{
    /// <summary>The columns that the table gets, with those that no definition names.</summary>
    public required Table Shape { get; init; }

    /// <summary>What the table is called from now on, if that changes.</summary>
    public string? RenameTo { get; init; }

    /// <summary>Columns as they are called and as they are to be called.</summary>
    public IReadOnlyList<(string From, string To)> RenamedColumns { get; init; } = [];

    /// <summary>New columns, with where the client wrote them.</summary>
    public IReadOnlyList<(string Place, ColumnDefinition Column)> AddedColumns { get; init; } = [];

    /// <summary>Columns that become others, under the names that they get.</summary>
    public IReadOnlyList<ColumnAlteration> AlteredColumns { get; init; } = [];

    /// <summary>Columns that go, by the names that they have.</summary>
    public IReadOnlyList<string> DroppedColumns { get; init; } = [];

    /// <summary>New indexes, with where the client wrote them.</summary>
    public IReadOnlyList<(string Place, IndexDefinition Index)> AddedIndexes { get; init; } = [];

    /// <summary>Indexes that go, by the names that they have in the database; not the one for full text.</summary>
    public IReadOnlyList<string> DroppedIndexes { get; init; } = [];
}
