using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// The rows that one test speaks of: that of the table itself, and one for each path that ends with a step to any number of records. A test is true when it is true of any
/// choice of them. Operands that share such a path share its row.
/// </summary>
internal sealed class RelatedRows
{
    private readonly Dictionary<string, JoinedSource> _sources;
    private readonly List<(JoinedSource Source, string Link)> _related = [];

    public RelatedRows(JoinedSource root, AliasSequence aliases, IEnumerable<Operand> operands)
    {
        _sources = new(StringComparer.Ordinal) { [""] = root };
        var paths = operands.SelectMany(FieldsOf).SelectMany(f => Enumerable.Range(1, f.Path.Count).Where(n => f.Path[n - 1].IsToMany).Select(n => f.Path.Take(n).ToList()));
        foreach (var path in paths.OrderBy(p => p.Count)) // each after the one that it goes on from
        {
            var key = Key(path);
            if (_sources.ContainsKey(key))
                continue;
            var step = path[^1];
            var from = Column(path.GetRange(0, path.Count - 1), step.SourceColumn);
            var source = new JoinedSource(root.Dialect, step.Target, aliases);
            _sources.Add(key, source);
            _related.Add((source, $"{source.Column(step.TargetColumn)} = {from}"));
        }
    }

    /// <summary>A column at the end of a path.</summary>
    public string Column(IReadOnlyList<Relation> path, Column column)
    {
        var toMany = path.Count;
        while (toMany > 0 && !path[toMany - 1].IsToMany)
            toMany--;
        return _sources[Key(path.Take(toMany))].Column([.. path.Skip(toMany)], column);
    }

    /// <summary>A test on these rows as one on the table's own. Read last: what the test asks for is joined to its rows.</summary>
    public string Any(string test)
    {
        for (var i = _related.Count - 1; i >= 0; i--)
            test = $"EXISTS (SELECT 1 FROM {_related[i].Source.From} WHERE {_related[i].Link} AND ({test}))";
        return test;
    }

    private static IEnumerable<Operand.Field> FieldsOf(Operand operand) => operand switch
    {
        Operand.Field field => [field],
        Operand.JsonField json => [json.Column],
        Operand.Call call => call.Arguments.SelectMany(FieldsOf),
        _ => [],
    };

    private static string Key(IEnumerable<Relation> path) =>
        string.Concat(path.Select(step => $"/{step.Source.Id.Value}.{step.SourceColumn.Ordinal}>{step.Target.Id.Value}.{step.TargetColumn.Ordinal}"));
}
