using System.Globalization;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Reads <c>expand</c>: relations with options in parentheses, <c>artist,tracks(limit=5,sort=-ms,fields=name,filter=ms &gt; 5,expand=genre)</c>.</summary>
internal sealed class ExpandReader(SchemaView schema, DateTimeOffset now, string parameter)
{
    /// <summary>What the answer calls what a record expands to.</summary>
    private const string Member = "expand";

    private const int MaxDepth = 4;
    private const int MaxExpansions = 16;
    private static readonly string[] _options = ["limit", "sort", "fields", "filter", "expand"];

    private int _count;

    /// <summary>What a filter within failed with, if one did.</summary>
    public Error? FilterError { get; private set; }

    public IReadOnlyList<Expansion> Read(Table table, string value, List<FieldError> faults) => Read(table, value, depth: 1, faults);

    private List<Expansion> Read(Table table, string value, int depth, List<FieldError> faults)
    {
        var expansions = new List<Expansion>();
        if (depth > MaxDepth)
        {
            faults.Add(new(parameter, FieldCodes.OutOfRange, $"is nested deeper than {MaxDepth}"));
            return expansions;
        }

        foreach (var part in NameList.Split(value, ','))
        {
            if (++_count > MaxExpansions)
            {
                if (_count == MaxExpansions + 1)
                    faults.Add(new(parameter, FieldCodes.OutOfRange, $"may have at most {MaxExpansions} relations"));
                break;
            }

            if (ReadOne(table, part, depth, faults) is not { } expansion)
                continue;
            if (expansions.Exists(e => e.Relation == expansion.Relation))
                faults.Add(new(parameter, FieldCodes.Duplicate, $"names '{Excerpt.Of(expansion.Relation.Name)}' twice"));
            expansions.Add(expansion);
        }

        return expansions;
    }

    private Expansion? ReadOne(Table table, string text, int depth, List<FieldError> faults)
    {
        var open = text.StartsWith('"') ? text.IndexOf('(', Math.Max(text.IndexOf('"', 1), 0)) : text.IndexOf('(', StringComparison.Ordinal);
        if (open >= 0 && !text.EndsWith(')'))
        {
            faults.Add(new(parameter, FieldCodes.Invalid, $"has no ')' at the end of '{Excerpt.Of(text)}'"));
            return null;
        }

        var name = (open < 0 ? text : text[..open]).Trim();
        if (ColumnPath.Relation(table, schema, name, out var fault) is not { } relation)
        {
            faults.Add(new(parameter, FieldCodes.UnknownColumn, fault));
            return null;
        }

        var options = open < 0 ? [] : ReadOptions(text[(open + 1)..^1], faults);
        var target = relation.Target;
        var sort = options.TryGetValue("sort", out var value) ? SortReader.Read(target, schema, value, parameter, faults) : [];
        var fields = options.TryGetValue("fields", out value) ? FieldReader.Read(target, schema, value, parameter, faults) : null;
        if (JoinBound.Fault([.. (fields ?? []).Select(f => f.Path), .. sort.Select(k => k.Path)], parameter) is { } tooMany)
            faults.Add(tooMany);
        var expansions = options.TryGetValue("expand", out value) ? Read(target, value, depth + 1, faults) : [];
        if (Fault(target, fields, expansions) is { } twice)
            faults.Add(twice);
        return new Expansion(
            relation,
            fields,
            options.TryGetValue("filter", out value) ? ReadFilter(target, value) : null,
            SortReader.Complete(target, sort, isDescending: false),
            options.TryGetValue("limit", out value) ? ReadLimit(relation, value, faults) : Expansion.DefaultLimit,
            expansions);
    }

    /// <summary>What is wrong with expanding records that show these columns, or null: what they expand to is a member of theirs, which no column may be too.</summary>
    /// <param name="fields">The columns to give; null gives all.</param>
    public FieldError? Fault(Table table, IReadOnlyList<SelectedField>? fields, IReadOnlyList<Expansion> expansions) =>
        expansions.Count > 0 && (fields is null ? table.Columns.Any(c => c.Name == Member) : fields.Any(f => f.Name == Member))
            ? new(parameter, FieldCodes.Invalid, $"would be in a record of '{table.Name}' twice, beside its column '{Member}'; leave that out with 'fields'")
            : null;

    /// <summary>Options by name. A part that begins no option goes on with the one before it: <c>sort=-a,b</c>.</summary>
    private Dictionary<string, string> ReadOptions(string text, List<FieldError> faults)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string? current = null;
        foreach (var part in NameList.Split(text, ','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : part[..equals].Trim();
            if (_options.Contains(name))
            {
                current = name;
                if (!options.TryAdd(name, part[(equals + 1)..]))
                    faults.Add(new(parameter, FieldCodes.Duplicate, $"has '{name}' twice"));
            }
            else if (current is not null)
            {
                options[current] += $",{part}";
            }
            else
            {
                faults.Add(new(parameter, FieldCodes.UnknownParameter, $"has '{Excerpt.Of(part)}' where only {string.Join(", ", _options)} may stand"));
            }
        }

        return options;
    }

    private Condition? ReadFilter(Table target, string text)
    {
        if (FilterText.Bind(target, schema, text, now).TryGet(out var condition, out var error))
            return condition;
        FilterError ??= error;
        return null;
    }

    private int ReadLimit(Relation relation, string value, List<FieldError> faults)
    {
        if (!relation.IsToMany)
            faults.Add(new(parameter, FieldCodes.Invalid, $"has a limit for '{relation.Name}', which leads to one record"));
        else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= RecordQuery.MaxLimit)
            return limit;
        else
            faults.Add(new(parameter, FieldCodes.OutOfRange, $"has a limit that is not between 1 and {RecordQuery.MaxLimit}"));
        return Expansion.DefaultLimit;
    }
}
