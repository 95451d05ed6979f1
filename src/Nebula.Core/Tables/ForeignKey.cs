namespace Nebula.Core.Tables;

/// <summary>A reference of one column as the database has it. References of several columns together are enforced by the database, but no relation.</summary>
/// <param name="TargetColumn">The column that is referred to; null for the target's key.</param>
/// <param name="As">What the relation is called from this table, if that was declared.</param>
/// <param name="Inverse">What the relation is called from the target, if that was declared.</param>
public sealed record ForeignKey(Column Column, string TargetTable, string? TargetColumn, ReferenceAction OnDelete, string? As, string? Inverse);
