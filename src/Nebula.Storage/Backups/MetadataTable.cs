namespace Nebula.Storage.Backups;

/// <summary>A table of the metadata in a SQLite file.</summary>
/// <param name="Order">What its rows are read by, as SQL, so that they keep the order in which they came.</param>
internal sealed record MetadataTable(string Name, IReadOnlyList<string> Columns, string Order);
