namespace Nebula.Core.Tables;

/// <summary>
/// A table that a client declares, checked and normalised: without <c>id</c>, which every table has. <c>created_at</c> and <c>updated_at</c>
/// are among the columns only if the client declared them, and are then its own.
/// </summary>
public sealed record TableDefinition(TableName Name, IReadOnlyList<ColumnDefinition> Columns)
{
    /// <summary>The same bound that a page of SQLite's own parser keeps comfortable; far above any table that people make.</summary>
    public const int MaxColumns = 500;

    public IdType IdType { get; init; }

    public IReadOnlyList<IndexDefinition> Indexes { get; init; } = [];

    /// <summary>Columns that are unique together.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Unique { get; init; } = [];

    public const string Id = "id";
    public const string CreatedAt = "created_at";
    public const string UpdatedAt = "updated_at";

    public bool Declares(string column) => Columns.Any(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an existing table is what this definition makes: same columns in any order, names compared without case.</summary>
    public bool Describes(Table table)
    {
        var own = table.Columns.Where(c => c.IsWritable).ToList();
        return own.Count == Columns.Count && Columns.All(c =>
            table.Find(c.Name) is { IsWritable: true } existing
            && (existing.Type, existing.IsNullable, existing.IsUnique) == (c.Type, c.IsNullable, c.IsUnique));
    }
}
