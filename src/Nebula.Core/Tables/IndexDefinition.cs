namespace Nebula.Core.Tables;

/// <summary>An index that a client declares.</summary>
/// <param name="Name">Null lets Nebula choose one.</param>
/// <param name="Where">A filter: only the records that it matches are in the index. Null for all.</param>
public sealed record IndexDefinition(string? Name, IReadOnlyList<string> Columns, bool IsUnique, string? Where, bool IsFullText)
{
    /// <summary>The name that Nebula chooses: told from the table and the columns, cut to what a name may have.</summary>
    public string DefaultName(string table)
    {
        var name = IsFullText ? $"{table}_fulltext" : $"{table}_{string.Join('_', Columns)}_{(IsUnique ? "key" : "idx")}";
        return name.Length <= Names.MaxLength ? name : $"{name[..(Names.MaxLength - 9)]}_{Hash(name):x8}";
    }

    /// <summary>FNV-1a, so that long names that differ at their ends only stay different; the same on every machine.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return hash;
    }
}
