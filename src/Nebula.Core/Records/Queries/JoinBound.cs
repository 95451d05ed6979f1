using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Bounds the tables that one statement joins: SQLite takes 64, and a filter may bring 32 of them.</summary>
internal static class JoinBound
{
    private const int MaxJoins = 24;

    /// <summary>What is wrong with a query that shows, sorts and groups by too many different relations, or null.</summary>
    public static FieldError? Fault(IEnumerable<IReadOnlyList<Relation>> followed, string parameter)
    {
        var ways = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in followed)
        {
            for (var length = 1; length <= path.Count; length++)
                ways.Add(string.Join('/', path.Take(length).Select(Key)));
        }

        return ways.Count > MaxJoins ? new(parameter, FieldCodes.OutOfRange, $"makes the query follow more than {MaxJoins} different ways along relations") : null;
    }

    private static string Key(Relation relation) => $"{relation.Source.Id.Value}.{relation.SourceColumn.Ordinal}>{relation.Target.Id.Value}.{relation.TargetColumn.Ordinal}";
}
