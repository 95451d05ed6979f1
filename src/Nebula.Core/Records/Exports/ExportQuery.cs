using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Exports;

/// <summary>What an export is to hold, bound to the tables that it was read for. Immutable.</summary>
public sealed record ExportQuery
{
    public ExportFormat Format { get; init; }

    /// <summary>The columns to give, in this order.</summary>
    public required IReadOnlyList<SelectedField> Fields { get; init; }

    /// <summary>Which records; null for all.</summary>
    public Condition? Filter { get; init; }

    /// <summary>Every table that it reads but the exported one: each must still be as it was when the query was read.</summary>
    public IReadOnlyList<Table> OtherTables { get; init; } = [];

    /// <summary>Reads the parameters of an export. Fails with invalid_parameter, naming every fault, or with invalid_filter.</summary>
    /// <param name="parameters">Decoded names and values in the order of the query string.</param>
    public static Result<ExportQuery> Parse(OpenTable table, IReadOnlyList<KeyValuePair<string, string>> parameters, DateTimeOffset now) =>
        new ExportQueryReader(table, now).Read(parameters);
}
