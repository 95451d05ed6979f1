namespace Nebula.Storage.Sqlite.Importing;

/// <summary>What an uploaded database's schema lists: a table, an index, a view or a trigger.</summary>
/// <param name="Table">The table that it belongs to; of a table itself its name.</param>
/// <param name="Sql">The statement that made it; null for an index that a constraint brought along.</param>
internal sealed record UploadedObject(string Type, string Name, string Table, string? Sql)
{
    public bool IsTable => Type == "table" && !IsVirtual;

    public bool IsVirtual => Type == "table" && Sql is not null && Sql.TrimStart().StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is refused unless it is to be left out, in words; null for what is taken.</summary>
    public string? Refused => IsVirtual ? "a virtual table" : Type switch { "view" => "a view", "trigger" => "a trigger", _ => null };

    /// <summary>SQLite's own tables, which it makes itself.</summary>
    public bool IsInternal => Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);

    /// <summary>What Nebula keeps in its databases, which is made anew.</summary>
    public bool IsNebulas => IsNebulasName(Name) || IsNebulasName(Table);

    private static bool IsNebulasName(string name) => name.StartsWith("_nebula", StringComparison.OrdinalIgnoreCase);
}
