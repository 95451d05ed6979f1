using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>What a list of records is to hold, bound to the tables that it was read for. Immutable.</summary>
public sealed record RecordQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    public int Limit { get; init; } = DefaultLimit;

    public long Offset { get; init; }

    /// <summary>The whole order: what was asked for, and the primary key behind it, so that no two records tie where the table can tell them apart. Empty for the order of a search's rank.</summary>
    public required IReadOnlyList<SortKey> Sort { get; init; }

    /// <summary>The columns to give, in this order; null gives all.</summary>
    public IReadOnlyList<SelectedField>? Fields { get; init; }

    /// <summary>What the records must fulfil; null lets all through.</summary>
    public Condition? Filter { get; init; }

    /// <summary>What a full-text search looks for; null for no search.</summary>
    public IReadOnlyList<SearchTerm>? Search { get; init; }

    public IReadOnlyList<Expansion> Expansions { get; init; } = [];

    public CountMode Count { get; init; }

    /// <summary>The values of <see cref="Sort"/> of the record that the page begins behind; null begins at the first one.</summary>
    public IReadOnlyList<TypedValue>? After { get; init; }

    /// <summary>Whether it is asked for by cursor, be it for the first page.</summary>
    public bool HasCursor { get; init; }

    /// <summary>What a cursor of this list is bound to: database, table, order, conditions.</summary>
    public ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>Whether a cursor can go on where a page ends: not in the order of a rank, nor where nothing tells records apart.</summary>
    public bool CanContinue { get; init; }

    /// <summary>Every table that it reads but the listed one: each must still be as it was when the query was read.</summary>
    public IReadOnlyList<Table> OtherTables { get; init; } = [];

    /// <summary>Whether it gives columns of related records, or sorts by them.</summary>
    public bool HasPaths { get; init; }

    /// <summary>Whether it asks for nothing but columns of the table itself, sorted by such: then only its limit and offset are values.</summary>
    public bool IsPlain => Filter is null && Search is null && After is null && Expansions.Count == 0 && !HasPaths;

    /// <summary>Reads the parameters of a list. Fails with invalid_parameter, naming every fault, with invalid_filter or invalid_cursor.</summary>
    /// <param name="parameters">Decoded names and values in the order of the query string.</param>
    public static Result<RecordQuery> Parse(QueryContext context, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new RecordQueryReader(context).Read(parameters);

    /// <summary>The same with another limit.</summary>
    public RecordQuery WithLimit(int limit) => limit == Limit ? this : this with { Limit = limit };

    /// <summary>The same for one record alone.</summary>
    public RecordQuery ForRecord(Table table, RecordId id)
    {
        var parts = id.IsInteger ? [TypedValue.Of(id.Value)] : id.Parts;
        var isRecord = table.KeyColumns.Select(Condition (column, i) =>
            new Condition.Compare(new Operand.Field([], column), Comparison.Equal, new Operand.Literal(parts[i], column.Type, column.Scale)));
        return this with { Filter = new Condition.All([.. isRecord, .. Filter is null ? Array.Empty<Condition>() : [Filter]]), Limit = 1, Count = CountMode.None, CanContinue = false };
    }

    /// <summary>Reads a comma list of columns. Fails with invalid_parameter.</summary>
    public static Result<IReadOnlyList<Column>> ParseFields(Table table, string fields)
    {
        var faults = new List<FieldError>();
        var columns = FieldReader.ReadOwn(table, fields, faults);
        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidParameter, faults) : Result.Success(columns);
    }
}
