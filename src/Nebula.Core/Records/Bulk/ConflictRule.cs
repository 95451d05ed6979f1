using Nebula.Core.Tables;

namespace Nebula.Core.Records.Bulk;

/// <summary>What an upsert does with a record that has the same values in some unique columns as the one that is sent.</summary>
/// <param name="Columns">Unique together. A null in one of them is never the same as another.</param>
/// <param name="IsIgnored">Whether it stays as it is; otherwise the columns that were sent are changed in it.</param>
public sealed record ConflictRule(IReadOnlyList<Column> Columns, bool IsIgnored)
{
    /// <summary>Fails with invalid_parameter, or as <paramref name="code"/> says.</summary>
    public static Result<ConflictRule> Parse(Table table, ConflictText text, string code = ErrorCodes.InvalidParameter)
    {
        var faults = new List<FieldError>();
        if (text.Resolution is not (null or "merge" or "ignore"))
            faults.Add(new("resolution", FieldCodes.Invalid, "must be 'merge' or 'ignore'"));

        var columns = new List<Column>();
        foreach (var name in text.Columns.Split(',', StringSplitOptions.TrimEntries))
        {
            if (table.Find(name) is not { } column)
                faults.Add(new("on_conflict", FieldCodes.UnknownColumn, $"names '{Excerpt.Of(name)}', which is no column of '{table.Name}'"));
            else if (!columns.Contains(column))
                columns.Add(column);
        }

        if (faults.Count == 0 && Unfit(table, columns) is { } why)
            faults.Add(new("on_conflict", FieldCodes.Invalid, why));
        return faults.Count > 0 ? Error.Of(code, faults) : new ConflictRule(columns, text.Resolution == "ignore");
    }

    private static string? Unfit(Table table, List<Column> columns)
    {
        var sets = UniqueColumns.Of(table);
        if (sets.Any(s => s.Count == columns.Count && s.All(columns.Contains)))
            return null;
        if (columns is [var only] && only == table.Key)
            return $"names '{only.Name}', which the database assigns; a record whose id is known is changed by its id";
        var choices = sets.Count == 0 ? "the table has none" : $"the table has {string.Join(" and ", sets.Select(s => $"'{string.Join(',', s.Select(c => c.Name))}'"))}";
        return $"must name columns that are unique, or unique together; {choices}";
    }
}
