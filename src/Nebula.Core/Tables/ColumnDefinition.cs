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

    public DeclaredType DeclaredType => new(Type, Precision, Scale);

    /// <summary>Whether a table can get it without being made anew: old records then have its default, which has to be one for all of them.</summary>
    public bool CanBeAppended =>
        !IsUnique && Default is not { Moment: true } && (IsNullable || Default is not null) && (Reference is null || Default is null);

    /// <summary>The column as a table made by this definition has it, to read and write values by.</summary>
    public Column ToColumn(int ordinal) => new()
    {
        Ordinal = ordinal,
        Name = Name,
        Type = Type,
        Precision = Precision,
        Scale = Scale,
        DeclaredType = DeclaredType.Name,
        IsNullable = IsNullable,
        IsUnique = IsUnique,
        IsPrimaryKey = false,
        Check = Check,
    };
}
