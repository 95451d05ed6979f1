using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Finds the column that a name or a path of to-one relations leads to, as <c>fields</c> and <c>sort</c> write it.</summary>
internal static class ColumnPath
{
    /// <summary>Longer than any path that people write.</summary>
    private const int MaxSteps = 8;

    /// <summary>The column, or null; then <paramref name="fault"/> continues a sentence that begins with the parameter.</summary>
    public static SelectedField? Find(Table table, SchemaView schema, string text, out string fault)
    {
        fault = "";
        if (table.Find(text) is { } own)
            return new SelectedField(own.Name, [], own);
        var names = NameList.Split(text, '.');
        if (names.Count > MaxSteps)
        {
            fault = $"names '{Excerpt.Of(text)}', which has more than {MaxSteps} steps";
            return null;
        }

        var path = new List<Relation>();
        var at = table;
        foreach (var name in names.Take(names.Count - 1))
        {
            if (Relation(at, schema, name, out fault) is not { } relation)
                return null;
            if (relation.IsToMany)
            {
                fault = $"names '{Excerpt.Of(text)}', but '{relation.Name}' leads to many records; use 'expand'";
                return null;
            }

            path.Add(relation);
            at = relation.Target;
        }

        if (at.Find(NameList.Unquote(names[^1])) is { } column)
            return new SelectedField(path.Count == 0 ? column.Name : string.Join('.', path.Select(r => r.Name).Append(column.Name)), path, column);
        fault = $"names '{Excerpt.Of(text)}', which is no column of '{at.Name}'";
        return null;
    }

    /// <summary>The one relation of that name, or null; then <paramref name="fault"/> says why.</summary>
    public static Relation? Relation(Table table, SchemaView schema, string name, out string fault)
    {
        fault = "";
        var found = schema.Find(table, NameList.Unquote(name));
        switch (found.Count)
        {
            case 1:
                return found[0];
            case 0:
                fault = $"names '{Excerpt.Of(name)}', which is no relation of '{table.Name}'";
                return null;
            default:
                fault = $"names '{Excerpt.Of(name)}', which is ambiguous: {string.Join(", ", found.Select(Describe))}; give one an 'as' or an 'inverse'";
                return null;
        }
    }

    private static string Describe(Relation relation) =>
        relation.IsToMany ? $"{relation.Target.Name}.{relation.TargetColumn.Name}" : $"{relation.Source.Name}.{relation.SourceColumn.Name}";
}
