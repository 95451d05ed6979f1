namespace Nebula.Core.Tables;

/// <summary>A column that a client declares.</summary>
public sealed record ColumnDefinition(string Name, ColumnType Type, bool IsNullable, bool IsUnique);
