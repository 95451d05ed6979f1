using System.Collections.Frozen;

namespace Nebula.Core.Tables;

/// <summary>The tables of one database at one moment, with the relations between them. Immutable.</summary>
public sealed class DatabaseSchema
{
    private readonly FrozenDictionary<string, Table> _byName;
    private readonly Lazy<FrozenDictionary<TableId, IReadOnlyList<Relation>>> _relations;

    /// <param name="tables">In the order of their creation.</param>
    public DatabaseSchema(IReadOnlyList<Table> tables)
    {
        Tables = tables;

        // SQLite tells names apart that differ in the case of other letters than ASCII's; such names are not asked for.
        _byName = tables.DistinctBy(t => t.Name, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        _relations = new(() => Relate().GroupBy(r => r.Source.Id).ToFrozenDictionary(g => g.Key, IReadOnlyList<Relation> (g) => [.. g]));
    }

    public IReadOnlyList<Table> Tables { get; }

    /// <summary>Finds a table by name, without case.</summary>
    public Table? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Every relation that leads away from a table, forward ones first. Names may repeat: whoever asks by name says so.</summary>
    public IReadOnlyList<Relation> RelationsOf(Table table) => _relations.Value.GetValueOrDefault(table.Id, []);

    private IEnumerable<Relation> Relate()
    {
        var backward = new List<Relation>();
        foreach (var table in Tables)
        {
            foreach (var key in table.ForeignKeys)
            {
                // Another program may refer to what is not there or not unique; and no filter compares blobs of two tables.
                if (Find(key.TargetTable) is not { } target || TargetColumn(key, target) is not { } column || column.Type == ColumnType.Blob || !IsUnique(target, column))
                    continue;
                yield return new Relation(key.As ?? NameOf(key.Column.Name), table, key.Column, target, column, IsToMany: false);
                backward.Add(new Relation(key.Inverse ?? table.Name, target, column, table, key.Column, IsToMany: true));
            }
        }

        foreach (var relation in backward)
            yield return relation;
    }

    private static Column? TargetColumn(ForeignKey key, Table target) =>
        key.TargetColumn is null ? target.KeyColumns is [var only] ? only : null : target.Find(key.TargetColumn);

    private static bool IsUnique(Table table, Column column) => column.IsUnique || (table.KeyColumns is [var only] && only == column);

    private static string NameOf(string column) =>
        column.Length > 3 && column.EndsWith("_id", StringComparison.OrdinalIgnoreCase) ? column[..^3]
        : column.Length > 2 && column.EndsWith("Id", StringComparison.Ordinal) ? column[..^2]
        : column;
}
