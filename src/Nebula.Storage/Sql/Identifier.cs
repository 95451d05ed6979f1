namespace Nebula.Storage.Sql;

/// <summary>The one place where a name becomes SQL. Names come from the catalogue or from a checked definition, never from a request as they are.</summary>
internal static class Identifier
{
    /// <summary>The name in double quotes, as standard SQL, SQLite and PostgreSQL have it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
