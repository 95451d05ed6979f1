namespace Nebula.Core.Tables;

/// <summary>An index that a client declares.</summary>
/// <param name="Name">Null lets Nebula choose one.</param>
/// <param name="Where">A filter: only the records that it matches are in the index. Null for all.</param>
public sealed record IndexDefinition(string? Name, IReadOnlyList<string> Columns, bool IsUnique, string? Where, bool IsFullText);
