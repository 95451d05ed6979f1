using System.Text.Json;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>Makes steps of the operations of a batch, in their order: a reference is checked against the steps before it.</summary>
internal sealed class BatchBinder(IReadOnlyList<BatchStep> earlier, DateTimeOffset now)
{
    private readonly List<FieldError> _faults = [];

    /// <summary>Fails as the operation itself would.</summary>
    public Result<BatchStep> Bind(BatchRequest request, OpenTable table)
    {
        Error? error = null;
        StepId? id = null;
        StepData? data = null;
        MatchQuery? match = null;
        ConflictRule? conflict = null;
        var isNew = request.Action is BatchAction.Create or BatchAction.Upsert;
        var isBound = (request.Id is not { } given || BindId(table.Table, given).TryGet(out id, out error))
            && (request.Id is not null || isNew || BindMatch(request, table).TryGet(out match, out error))
            && (request.Conflict is not { } text || ConflictRule.Parse(table.Table, text, ErrorCodes.InvalidBody).TryGet(out conflict, out error))
            && (request.Data is not { } body || StepData.Read(table.Table, body, isNew, now, (name, operation, text) => Refer($"data.{name}", operation, text)).TryGet(out data, out error));
        if (_faults.Count > 0)
            error = Error.Of(ErrorCodes.InvalidBody, _faults);
        if (isBound && error is null)
            return new BatchStep(request.Action, table) { Id = id, Data = data, Match = match, IfMatch = request.IfMatch, Conflict = conflict };
        data?.Dispose();
        return error!; // something failed
    }

    private Result<StepId> BindId(Table table, JsonElement given)
    {
        var text = given.GetRawText();
        if (given.ValueKind == JsonValueKind.String && ResultReference.TryParse(JsonText.Of(given), out var operation, out text))
            return Refer("id", operation, text) is { } reference ? StepId.Of(reference) : new Error(ErrorCodes.InvalidBody, "");
        return RecordService.Identify(table, text).TryGet(out var id, out var error) ? StepId.Of(id) : error;
    }

    private Result<MatchQuery> BindMatch(BatchRequest request, OpenTable table)
    {
        if (request.Filter is null)
            return MatchQuery.Whole(null, request.MaxAffected);
        return FilterText.Bind(table.Table, table.Schema, request.Filter, now).TryGet(out var condition, out var error)
            ? MatchQuery.Whole(condition, request.MaxAffected)
            : error;
    }

    /// <summary>Null, with a fault, for what can't be referred to.</summary>
    private ResultReference? Refer(string field, int operation, string name)
    {
        if (operation >= earlier.Count)
        {
            _faults.Add(new(field, FieldCodes.Invalid, "refers to an operation that does not come before this one"));
            return null;
        }

        var step = earlier[operation];
        if (step.Match is not null || step.Action == BatchAction.Delete)
            _faults.Add(new(field, FieldCodes.Invalid, $"refers to operation {operation}, which gives no record"));
        else if (name == ResultReference.RecordId)
            return new ResultReference(operation, null);
        else if (step.Table.Table.Find(name) is { } column)
            return new ResultReference(operation, column);
        else
            _faults.Add(new(field, FieldCodes.UnknownColumn, $"refers to '{Excerpt.Of(name)}', which is no column of '{step.Table.Table.Name}'"));
        return null;
    }
}
