namespace Nebula.Core.Tables;

/// <summary>A column that a client declares.</summary>
public sealed record ColumnDefinition(string Name, ColumnType Type, bool IsNullable, bool IsUnique)
{
    /// <summary>Of a <see cref="ColumnType.Decimal"/>: how many digits in all.</summary>
    public int Precision { get; init; }

    /// <summary>Of a <see cref="ColumnType.Decimal"/>: how many digits behind the point.</summary>
    public int Scale { get; init; }

    /// <summary>What a new record gets that does not name the column; null for nothing.</summary>
    public ColumnDefault? Default { get; init; }

    public ColumnReference? Reference { get; init; }

    public ColumnCheck? Check { get; init; }
}
