using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>
/// The words of a query string. The five of v0.2 beat a column of the same name; a newer one gives way to it, so that no old request changes its meaning. With a dollar
/// before it a word is never a column.
/// </summary>
internal static class QueryWords
{
    private static readonly string[] _old = ["limit", "offset", "sort", "order", "fields"];
    private static readonly string[] _new = ["filter", "cursor", "count", "expand", "search"];

    /// <summary>The word that a parameter is, without its dollar; null for a column or for nothing known.</summary>
    public static string? Find(Table table, string parameter) => Find(table, parameter, _old, _new);

    /// <param name="old">Words that beat a column.</param>
    /// <param name="newer">Words that give way to one.</param>
    public static string? Find(Table table, string parameter, string[] old, string[] newer)
    {
        if (parameter.StartsWith('$'))
            return old.Contains(parameter[1..]) || newer.Contains(parameter[1..]) ? parameter[1..] : null;
        return old.Contains(parameter) || (newer.Contains(parameter) && table.Find(parameter) is null) ? parameter : null;
    }
}
