using System.Globalization;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Bulk;

/// <summary>Which records a change by filter is about, and how many it may be at most.</summary>
public sealed record MatchQuery(Condition Condition, long MaxAffected)
{
    public const long MaxMaxAffected = 1_000_000;

    private static readonly string[] _words = ["filter", "max_affected"];

    /// <summary>
    /// Reads <c>filter</c>, <c>max_affected</c> and columns that must equal a value. Fails with required when there is no bound or no condition, invalid_parameter, or
    /// invalid_filter.
    /// </summary>
    public static Result<MatchQuery> Parse(Table table, SchemaView schema, IReadOnlyList<KeyValuePair<string, string>> parameters, DateTimeOffset now)
    {
        var faults = new List<FieldError>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var conditions = new ConditionReader(table, schema, now, faults);
        long? max = null;
        foreach (var (name, value) in parameters)
        {
            var word = QueryWords.Find(table, name, [], _words);
            if (!seen.Add(word is null ? name : $"${word}"))
                faults.Add(new(Excerpt.Of(name), FieldCodes.Duplicate, "is given twice"));
            else if (word == "filter")
                conditions.ReadFilter(value);
            else if (word == "max_affected")
                max = ReadMax(value, faults);
            else
                conditions.ReadEquality(name, value);
        }

        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, faults);
        return conditions.FilterError ?? Whole(conditions.Condition, max);
    }

    /// <summary>Both, or what is missing. Fails with required.</summary>
    internal static Result<MatchQuery> Whole(Condition? condition, long? max)
    {
        if (condition is not null && max is { } bound)
            return new MatchQuery(condition, bound);
        var missing = new List<FieldError>();
        if (condition is null)
            missing.Add(new("filter", FieldCodes.Required, "is required"));
        if (max is null)
            missing.Add(new("max_affected", FieldCodes.Required, "is required"));
        return Error.Of(ErrorCodes.Required, missing) with
        {
            Hint = "Say which records are meant, and how many at most; to mean every record, give a filter that all of them match.",
        };
    }

    /// <summary>The bound on how many records may be changed; null, with a fault, for what is none.</summary>
    internal static long? ReadMax(string value, List<FieldError> faults)
    {
        if (ValueText.IsWhole(value) && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var max) && max is >= 1 and <= MaxMaxAffected)
            return max;
        faults.Add(new("max_affected", FieldCodes.OutOfRange, $"must be a whole number between 1 and {MaxMaxAffected}"));
        return null;
    }
}
