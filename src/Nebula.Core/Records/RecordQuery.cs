using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>What a list of records is to hold, bound to the table that it was read for.</summary>
public sealed record RecordQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    public int Limit { get; init; } = DefaultLimit;

    public long Offset { get; init; }

    /// <summary>What to sort by; ties are broken by the key.</summary>
    public required Column SortBy { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>The columns to give, in this order; null gives all.</summary>
    public IReadOnlyList<Column>? Fields { get; init; }

    /// <summary>Columns that must equal a value.</summary>
    public IReadOnlyList<Equality> Equalities { get; init; } = [];

    /// <summary>Whether the total is wanted.</summary>
    public bool WithTotal { get; init; } = true;

    /// <summary>Reads the parameters of a list. Fails with invalid_parameter, naming every fault.</summary>
    /// <param name="parameters">Decoded names and values in the order of the query string.</param>
    public static Result<RecordQuery> Parse(Table table, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new RecordQueryReader(table).Read(parameters);

    /// <summary>Reads a comma list of columns. Fails with invalid_parameter.</summary>
    public static Result<IReadOnlyList<Column>> ParseFields(Table table, string fields)
    {
        var faults = new List<FieldError>();
        var columns = RecordQueryReader.ReadFields(table, fields, faults);
        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidParameter, faults) : Result.Success(columns);
    }
}
