using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Bounds the tables that one statement joins: SQLite takes 64, and a filter may bring 32 of them.</summary>
internal static class JoinBound
{
    private const int MaxJoins = 24;

    /// <summary>What is wrong with a query that follows too many different relations to show and sort by, or null.</summary>
    public static FieldError? Fault(IReadOnlyList<SelectedField>? fields, IReadOnlyList<SortKey> sort, string parameter)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in (fields ?? []).Select(f => f.Path).Concat(sort.Select(k => k.Path)))
        {
            for (var length = 1; length <= path.Count; length++)
                paths.Add(string.Join('/', path.Take(length).Select(Key)));
        }

        return paths.Count > MaxJoins ? new(parameter, FieldCodes.OutOfRange, $"and 'sort' may follow at most {MaxJoins} different ways along relations") : null;
    }

    private static string Key(Relation relation) => $"{relation.Source.Id.Value}.{relation.SourceColumn.Ordinal}>{relation.Target.Id.Value}.{relation.TargetColumn.Ordinal}";
}
