namespace Nebula.Core.Tables;

/// <summary>
/// A table that a client declares, checked and normalised: without <c>id</c>, which every table has. <c>created_at</c> and <c>updated_at</c>
/// are among the columns only if the client declared them, and are then its own.
/// </summary>
public sealed record TableDefinition(TableName Name, IReadOnlyList<ColumnDefinition> Columns)
{
    /// <summary>The same bound that a page of SQLite's own parser keeps comfortable; far above any table that people make.</summary>
    public const int MaxColumns = 500;

    /// <summary>Of indexes and of sets of columns that are unique together; each of them slows down every write.</summary>
    public const int MaxIndexes = 64;

    /// <summary>Of an index, or of a set that is unique together.</summary>
    public const int MaxIndexColumns = 16;

    public const string Id = "id";
    public const string CreatedAt = "created_at";
    public const string UpdatedAt = "updated_at";

    public IdType IdType { get; init; }

    public IReadOnlyList<IndexDefinition> Indexes { get; init; } = [];

    /// <summary>Columns that are unique together; at least two.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Unique { get; init; } = [];

    /// <summary>Where the client named <c>id</c> among the columns, if it did: faults that are found later name the others by their place.</summary>
    public int? IdPlace { get; init; }

    public bool Declares(string column) => Find(column) is not null;

    /// <summary>Finds a declared column by name, without case.</summary>
    public ColumnDefinition? Find(string column) => Columns.FirstOrDefault(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where the client wrote a column, as errors name it.</summary>
    public string PlaceOf(int column) => $"columns[{(IdPlace <= column ? column + 1 : column)}]";

    /// <summary>Whether it makes the same table: columns, indexes and what is unique in any order, names compared without case.</summary>
    public bool IsSameAs(TableDefinition other) => Canonical().SequenceEqual(other.Canonical());

    /// <summary>Whether an existing table is what this definition makes: same columns in any order, names compared without case.</summary>
    public bool Describes(Table table)
    {
        if (table.Definition is { } declared)
            return IsSameAs(declared with { Name = Name });
        var own = table.Columns.Where(c => c.IsWritable).ToList();
        return own.Count == Columns.Count && Columns.All(c =>
            table.Find(c.Name) is { IsWritable: true } existing
            && (existing.Type, existing.IsNullable, existing.IsUnique) == (c.Type, c.IsNullable, c.IsUnique));
    }

    /// <summary>The columns that a table made by this definition has; without relations and indexes, and without an identity.</summary>
    public Table ToShape()
    {
        var id = new ColumnDefinition(Id, IdType == IdType.Uuid ? ColumnType.Uuid : ColumnType.Integer, IsNullable: false, IsUnique: true);
        var kept = new[] { CreatedAt, UpdatedAt }.Where(n => !Declares(n)).Select(n => new ColumnDefinition(n, ColumnType.Text, IsNullable: false, IsUnique: false));
        ColumnDefinition[] all = [id, .. Columns, .. kept];
        return new Table(default, Name.Value ?? "", [.. all.Select((c, i) => c.ToColumn(i))], default, "", rootPage: 0);
    }

    /// <summary>One text for all definitions that mean the same.</summary>
    private byte[] Canonical()
    {
        static string Low(string name) => name.ToLowerInvariant();
        return TableDefinitionJson.Write(this with
        {
            Name = TableName.Parse(Low(Name.Value)).TryGet(out var name, out _) ? name : Name,
            Columns =
            [
                .. Columns.OrderBy(c => Low(c.Name), StringComparer.Ordinal).Select(c => c with
                {
                    Name = Low(c.Name),
                    Reference = c.Reference is { } r ? r with { Table = Low(r.Table), Column = r.Column is null ? null : Low(r.Column), As = r.As?.ToLowerInvariant(), Inverse = r.Inverse?.ToLowerInvariant() } : null,
                }),
            ],
            Indexes =
            [
                .. Indexes.Select(i => i with { Name = Low(i.Name ?? i.DefaultName(Name.Value)), Columns = [.. i.Columns.Select(Low)] })
                    .OrderBy(i => i.Name, StringComparer.Ordinal),
            ],
            Unique = [.. Unique.Select(u => (IReadOnlyList<string>)[.. u.Select(Low).Order(StringComparer.Ordinal)]).OrderBy(u => string.Join(',', u), StringComparer.Ordinal)],
        });
    }
}
