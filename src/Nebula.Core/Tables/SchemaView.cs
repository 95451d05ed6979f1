namespace Nebula.Core.Tables;

/// <summary>A database's schema as far as one caller may see it: what a key is not bound to does not exist for it, relations included.</summary>
public readonly struct SchemaView(DatabaseSchema schema, IReadOnlyCollection<TableId>? bound)
{
    /// <summary>Every relation away from a table that the caller may follow.</summary>
    public IReadOnlyList<Relation> RelationsOf(Table table)
    {
        if (bound is not { } allowed)
            return schema.RelationsOf(table);
        return [.. schema.RelationsOf(table).Where(r => allowed.Contains(r.Target.Id))];
    }

    /// <summary>The relations of that name, without case: none, one, or several that have to be told apart.</summary>
    public IReadOnlyList<Relation> Find(Table table, string name) =>
        [.. RelationsOf(table).Where(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
}
