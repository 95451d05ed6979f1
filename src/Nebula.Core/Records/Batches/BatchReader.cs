using System.Globalization;
using System.Text.Json;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>Reads the body of a batch and gathers every fault in it.</summary>
internal sealed class BatchReader
{
    private const int MaxOperations = 1000;
    private static readonly string[] _actions = ["create", "update", "upsert", "delete", "get"]; // in the order of BatchAction

    private readonly List<FieldError> _faults = [];
    private int? _faulty;

    /// <summary>Fails with invalid_body.</summary>
    public static Result<IReadOnlyList<BatchRequest>> Read(JsonElement body)
    {
        var reader = new BatchReader();
        var requests = reader.ReadAll(body);
        return reader._faults.Count == 0 ? Result.Success<IReadOnlyList<BatchRequest>>(requests) : Error.Of(ErrorCodes.InvalidBody, reader._faults) with { Operation = reader._faulty };
    }

    private List<BatchRequest> ReadAll(JsonElement body)
    {
        var requests = new List<BatchRequest>();
        foreach (var property in body.EnumerateObject().Where(p => !p.NameEquals("operations"u8)))
            Add(Excerpt.Of(JsonText.NameOf(property)), FieldCodes.UnknownAttribute, "is no field of this request");
        if (!body.TryGetProperty("operations"u8, out var operations))
            Add("operations", FieldCodes.Required, "is required");
        else if (operations.ValueKind != JsonValueKind.Array)
            Add("operations", FieldCodes.WrongType, "expects an array");
        else if (operations.GetArrayLength() is 0 or > MaxOperations)
            Add("operations", FieldCodes.OutOfRange, $"must have 1 to {MaxOperations} items");
        else
            requests.AddRange(operations.EnumerateArray().Select(ReadOne).OfType<BatchRequest>());
        return requests;
    }

    private BatchRequest? ReadOne(JsonElement operation, int index)
    {
        if (_faults.Count >= Error.MaxDetails)
            return null;
        var before = _faults.Count;
        var request = ReadOne(operation, index, string.Create(CultureInfo.InvariantCulture, $"operations[{index}]"));
        if (_faults.Count > before)
            _faulty ??= index;
        return request;
    }

    private BatchRequest? ReadOne(JsonElement operation, int index, string place)
    {
        if (operation.ValueKind != JsonValueKind.Object)
        {
            Add(place, FieldCodes.WrongType, "expects an object");
            return null;
        }

        var action = Array.IndexOf(_actions, Text(operation, place, "op"));
        var named = TableName.Parse(Text(operation, place, "table"), $"{place}.table").TryGet(out var table, out var error);
        if (action < 0)
            Add($"{place}.op", FieldCodes.Invalid, $"must be one of {string.Join(", ", _actions)}");
        if (error is not null)
            _faults.AddRange(error.Details);
        return action >= 0 && named ? ReadFields(new BatchRequest(index, (BatchAction)action, table), operation, place) : null;
    }

    private BatchRequest ReadFields(BatchRequest request, JsonElement operation, string place)
    {
        var byFilter = operation.TryGetProperty("filter"u8, out _) || operation.TryGetProperty("max_affected"u8, out _);
        Allow(operation, place, request.Action switch
        {
            BatchAction.Create => ["data"],
            BatchAction.Upsert => ["data", "on_conflict", "resolution"],
            BatchAction.Update => byFilter ? ["data", "filter", "max_affected"] : ["data", "id", "if_match"],
            BatchAction.Delete => byFilter ? ["filter", "max_affected"] : ["id", "if_match"],
            _ => ["id"],
        });
        var needsData = request.Action is BatchAction.Create or BatchAction.Update or BatchAction.Upsert;
        var needsId = request.Action is BatchAction.Update or BatchAction.Delete or BatchAction.Get && !byFilter;
        return request with
        {
            Id = needsId ? Required(operation, place, "id", JsonValueKind.Number, JsonValueKind.String) : null,
            Data = needsData ? Required(operation, place, "data", JsonValueKind.Object) : null,
            Filter = byFilter ? Text(operation, place, "filter") : null,
            MaxAffected = byFilter ? Bound(operation, place) : null,
            IfMatch = IfMatch(operation, place),
            Conflict = request.Action == BatchAction.Upsert && Required(operation, place, "on_conflict", JsonValueKind.String) is { } columns
                ? new ConflictText(JsonText.Of(columns), Text(operation, place, "resolution"))
                : null,
        };
    }

    private void Allow(JsonElement operation, string place, string[] fields)
    {
        foreach (var property in operation.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (name is not ("op" or "table") && !fields.Contains(name) && _faults.Count < Error.MaxDetails)
                Add($"{place}.{Excerpt.Of(name)}", FieldCodes.UnknownAttribute, "is no field of this operation");
        }
    }

    private JsonElement? Required(JsonElement operation, string place, string name, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (!operation.TryGetProperty(name, out var value))
            Add($"{place}.{name}", FieldCodes.Required, "is required");
        else if (!kinds.Contains(value.ValueKind))
            Add($"{place}.{name}", FieldCodes.WrongType, $"expects {string.Join(" or ", kinds.ToArray().Select(Describe))}");
        else
            return value;
        return null;
    }

    private string? Text(JsonElement operation, string place, string name)
    {
        if (!operation.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return JsonText.Of(value);
        Add($"{place}.{name}", FieldCodes.WrongType, "expects a string");
        return null;
    }

    private long? Bound(JsonElement operation, string place)
    {
        if (!operation.TryGetProperty("max_affected"u8, out var value))
            return null;
        var faults = new List<FieldError>();
        var max = MatchQuery.ReadMax(value.GetRawText(), faults);
        _faults.AddRange(faults.Select(f => f with { Field = $"{place}.{f.Field}" }));
        return max;
    }

    private Precondition IfMatch(JsonElement operation, string place)
    {
        if (Text(operation, place, "if_match") is not { } text)
            return default;
        if (text == "*")
            return new Precondition([], AnyRecord: true);
        if (EntityTag.TryParse(text, out var tag))
            return new Precondition([tag]);
        if (text is not (['"', .., '"'] or ['W', '/', ..]))
            Add($"{place}.if_match", FieldCodes.Invalid, "must be '*' or an entity tag in double quotes");
        return new Precondition([]); // none that Nebula gave
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a string",
        _ => "an object",
    };

    private void Add(string field, string code, string message) => _faults.Add(new(field, code, message));
}
