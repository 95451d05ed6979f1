using Nebula.Core.Databases;
using Nebula.Storage;
using Nebula.Storage.Postgres;
using Known = Nebula.Server.Options.KnownVariables;

namespace Nebula.Server.Options;

/// <summary>Reads where databases can be besides the placement of the metadata.</summary>
internal static class PlacementVariables
{
    public const string Prefix = "NEBULA_PLACEMENT_";

    /// <param name="own">The placement of the metadata, whose name is taken.</param>
    public static IReadOnlyList<PlacementOptions> Read(VariableReader reader, PlacementName own)
    {
        var placements = new List<PlacementOptions>();
        foreach (var (variable, rest) in reader.Family(Known.Placement, Prefix))
        {
            var url = reader.Read(variable);
            if (!PlacementName.TryParse(rest, out var name))
                reader.Add(variable, "the name behind the prefix is none");
            else if (name == own || placements.Exists(p => p.Name == name))
                reader.Add(variable, $"there is another placement '{name}'");
            else
                placements.Add(new PlacementOptions(name, ServerFrom(reader, url)));
        }

        return placements;
    }

    /// <summary>None when nothing is said.</summary>
    public static IReadOnlyList<PlacementName> ReadNew(VariableReader reader, PlacementName own, IReadOnlyList<PlacementOptions> placements)
    {
        var names = reader.Read(Known.NewDatabases);
        foreach (var name in names.Where(name => name != own && placements.All(p => p.Name != name)))
            reader.Add(Known.NewDatabases, $"there is no placement '{name}'");
        return names;
    }

    public static string? ParseNames(string text, out IReadOnlyList<PlacementName> names)
    {
        var parsed = new List<PlacementName>();
        names = parsed;
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!PlacementName.TryParse(part, out var name))
                return "has a name that is none";
            if (!parsed.Contains(name))
                parsed.Add(name);
        }

        return parsed.Count > 0 ? null : "names no placement";
    }

    private static PostgresServerOptions ServerFrom(VariableReader reader, string connectionString) => new(connectionString)
    {
        IsPooled = reader.Read(Known.DatabasePooler),
        PoolSize = reader.Read(Known.DatabasePoolSize),
        QueryTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.QueryTimeoutMs)),
        WriteTimeout = TimeSpan.FromMilliseconds(reader.Read(Known.WriteTimeoutMs)),
    };
}
