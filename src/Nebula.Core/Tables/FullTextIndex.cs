namespace Nebula.Core.Tables;

/// <summary>The full-text index of a table.</summary>
/// <param name="StorageName">What the database calls it.</param>
public sealed record FullTextIndex(string Name, IReadOnlyList<Column> Columns, string StorageName);
