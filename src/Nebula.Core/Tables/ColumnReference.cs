namespace Nebula.Core.Tables;

/// <summary>A column's reference to another table, or to its own, as a client declares it.</summary>
/// <param name="Table">The table that is referred to.</param>
/// <param name="Column">The unique column that is referred to; null for the table's key.</param>
/// <param name="As">What the relation is called from this table; null for the column's name without a trailing <c>_id</c> or <c>Id</c>.</param>
/// <param name="Inverse">What the relation is called from the other table; null for this table's name.</param>
public sealed record ColumnReference(string Table, string? Column, ReferenceAction OnDelete, string? As, string? Inverse);
