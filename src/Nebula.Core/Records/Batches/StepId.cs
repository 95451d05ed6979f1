using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>Which record an operation is about: an id, or a reference to an earlier result.</summary>
public sealed class StepId
{
    private readonly RecordId _id;
    private readonly ResultReference? _reference;

    private StepId(RecordId id, ResultReference? reference) => (_id, _reference) = (id, reference);

    internal static StepId Of(RecordId id) => new(id, null);

    internal static StepId Of(ResultReference reference) => new(default, reference);

    /// <summary>The id where it is known before anything has run.</summary>
    public RecordId? Known => _reference is null ? _id : null;

    /// <summary>The id. Fails with record_not_found when the reference stands for what can't be an id of the table.</summary>
    public Result<RecordId> Find(Table table, BatchOutcome earlier)
    {
        if (_reference is null)
            return _id;
        using var json = new Utf8Buffer();
        _reference.Write(earlier, json);
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return RecordService.Identify(table, reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : System.Text.Encoding.UTF8.GetString(json.Span));
    }
}
