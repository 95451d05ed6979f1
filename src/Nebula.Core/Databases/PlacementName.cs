using System.Text.RegularExpressions;

namespace Nebula.Core.Databases;

/// <summary>The name of a place where databases are kept: 1 to 63 ASCII letters, digits and underscores, in lower case whatever it was written in.</summary>
public readonly partial record struct PlacementName
{
    private PlacementName(string value) => Value = value;

    public string Value { get; }

    /// <summary>The data directory of this server.</summary>
    public static PlacementName Sqlite { get; } = new("sqlite");

    /// <summary>The PostgreSQL server that holds the metadata.</summary>
    public static PlacementName Postgres { get; } = new("postgres");

    /// <summary>False for what is no name.</summary>
    public static bool TryParse(string? text, out PlacementName name)
    {
        var folded = text?.ToLowerInvariant() ?? "";
        name = new PlacementName(folded);
        return Allowed().IsMatch(folded);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z0-9_]{1,63}\z")]
    private static partial Regex Allowed();
}
