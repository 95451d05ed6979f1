using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Aggregates;

/// <summary>What is to be computed over the records of a table, bound to the tables that it was read for. Immutable.</summary>
public sealed record AggregateQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 10_000;

    /// <summary>What is grouped by, then what is computed; the answer has them in this order.</summary>
    public required IReadOnlyList<AggregateOutput> Outputs { get; init; }

    /// <summary>How many of the outputs, from the first on, are what is grouped by. Without any all records are one group.</summary>
    public int Groups { get; init; }

    /// <summary>Which records count; null for all.</summary>
    public Condition? Filter { get; init; }

    /// <summary>Which groups are given, by their outputs; null for all.</summary>
    public Condition? Having { get; init; }

    /// <summary>The whole order: what was asked for, and what is grouped by behind it.</summary>
    public required IReadOnlyList<AggregateSort> Sort { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    public long Offset { get; init; }

    /// <summary>Every table that it reads but the one that it is about.</summary>
    public IReadOnlyList<Table> OtherTables { get; init; } = [];

    /// <summary>Reads the parameters. Fails with invalid_parameter, naming every fault, or with invalid_filter.</summary>
    public static Result<AggregateQuery> Parse(QueryContext context, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new AggregateQueryReader(context).Read(parameters);
}
