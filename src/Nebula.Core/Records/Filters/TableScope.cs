using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>
/// Names are columns of a table, or of one that relations lead to. Before a dot a JSON column begins a path into it; otherwise it is a relation. Only what the caller
/// may see is found, and only that is suggested.
/// </summary>
internal sealed class TableScope(Table root, SchemaView schema) : FilterScope
{
    private const int MaxSteps = 8;
    private const int MaxKeys = 32;

    /// <summary>Different beginnings of paths in one filter: each is a join, of which SQLite takes 63 in one statement, and sorting and expanding need some too.</summary>
    private const int MaxWays = 32;

    private readonly HashSet<string> _ways = new(StringComparer.Ordinal);

    public override FilterTerm? Find(ValueSyntax.Name name, FilterFaults faults)
    {
        var table = root;
        var path = new List<Relation>();
        var way = "";
        var segments = name.Segments;
        for (var i = 0; ; i++)
        {
            var (text, at) = segments[i];
            var column = table.Find(text);
            if (i == segments.Count - 1)
                return column is not null ? FilterTerm.Of(name, new Operand.Field(path, column)) : NoColumn(table, text, at, faults);
            if (column is { Type: ColumnType.Json })
                return JsonPath(name, new Operand.Field(path, column), i + 1, faults);
            if (Step(table, column, text, at, faults) is not { } step)
                return null;
            if (path.Count == MaxSteps)
            {
                faults.Add(at, $"more than {MaxSteps} relations in one path", code: FieldCodes.TooLong);
                return null;
            }

            way += $"/{step.SourceColumn.Ordinal}>{step.Target.Id.Value}.{step.TargetColumn.Ordinal}";
            if (_ways.Add(way) && _ways.Count > MaxWays)
            {
                faults.Add(at, $"more than {MaxWays} different ways along relations", code: FieldCodes.TooLong);
                return null;
            }

            path.Add(step);
            table = step.Target;
        }
    }

    private static FilterTerm? JsonPath(ValueSyntax.Name name, Operand.Field column, int from, FilterFaults faults)
    {
        var keys = name.Segments.Skip(from).Select(s => s.Name).ToList();
        if (keys.Count <= MaxKeys)
            return FilterTerm.Of(name, column, keys);
        faults.Add(name.Segments[from].At, $"more than {MaxKeys} keys in one path", code: FieldCodes.TooLong);
        return null;
    }

    private Relation? Step(Table table, Column? column, string name, int at, FilterFaults faults)
    {
        var found = schema.Find(table, name);
        if (found is [var only])
            return only;
        if (found.Count > 1)
        {
            faults.Add(at, $"ambiguous relation '{Excerpt.Of(name)}'", $"; it may be {string.Join(", ", found.Select(Choice))}", FieldCodes.UnknownColumn,
                "Give all but one of these references another name: 'as' seen from their own table, 'inverse' seen from the other.");
        }
        else if (column is not null)
        {
            faults.Add(at, $"'{column.Name}'", $" is {ColumnTypes.Name(column.Type)}; only a relation or a JSON column can stand before a dot", FieldCodes.WrongType);
        }
        else
        {
            faults.Add(at, $"unknown relation '{Excerpt.Of(name)}'", Suggest(table, name, c => c.Type == ColumnType.Json), FieldCodes.UnknownColumn);
        }

        return null;
    }

    /// <summary>A relation by the column that makes it: <c>orders.billing_address_id</c> for one from a table that refers here.</summary>
    private static string Choice(Relation relation) =>
        relation.IsToMany ? $"'{relation.Target.Name}.{relation.TargetColumn.Name}'" : $"'{relation.SourceColumn.Name}'";

    private FilterTerm? NoColumn(Table table, string name, int at, FilterFaults faults)
    {
        if (schema.Find(table, name) is [var relation, ..])
        {
            faults.Add(at, $"'{relation.Name}'", " is a relation; expected one of its columns behind a dot", FieldCodes.UnknownColumn,
                $"For example {relation.Name}.{relation.Target.Columns[0].Name}.");
        }
        else
        {
            faults.Add(at, $"unknown column '{Excerpt.Of(name)}'", Suggest(table, name, _ => true), FieldCodes.UnknownColumn);
        }

        return null;
    }

    private string Suggest(Table table, string name, Func<Column, bool> fits) =>
        NameSuggestion.For(name, table.Columns.Where(fits).Select(c => c.Name).Concat(schema.RelationsOf(table).Select(r => r.Name)));
}
