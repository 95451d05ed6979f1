using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>
/// The data of an operation. Read before the write where that can be, so that the writer has little to do; with references in it, as soon as what they stand for is known.
/// Disposing gives the drafts back.
/// </summary>
public sealed class StepData : IDisposable
{
    private readonly Table _table;
    private readonly bool _isNew;
    private readonly DateTimeOffset _now;
    private readonly byte[] _template;
    private readonly List<(int At, ResultReference Reference)> _holes;
    private RecordDraft? _draft;

    private StepData(Table table, bool isNew, DateTimeOffset now, byte[] template, List<(int, ResultReference)> holes) =>
        (_table, _isNew, _now, _template, _holes) = (table, isNew, now, template, holes);

    /// <summary>Reads an object of columns. Fails with invalid_record for what needs no other result to be seen.</summary>
    /// <param name="refer">Binds a reference; null when it has noted why it can't.</param>
    internal static Result<StepData> Read(Table table, JsonElement data, bool isNew, DateTimeOffset now, Func<string, int, string, ResultReference?> refer)
    {
        using var json = new Utf8Buffer();
        var holes = new List<(int, ResultReference)>();
        json.Write((byte)'{');
        foreach (var property in data.EnumerateObject())
        {
            json.Write(json.Length == 1 ? "\""u8 : ",\""u8);
            json.Write(JsonMarshal.GetRawUtf8PropertyName(property));
            json.Write("\":"u8);
            WriteValue(table, property, json, holes, refer);
        }

        json.Write((byte)'}');
        var step = new StepData(table, isNew, now, json.Span.ToArray(), holes);
        return holes.Count > 0 || step.Parse(step._template).TryGet(out step._draft, out var error) ? step : error;
    }

    /// <summary>The draft, with what the references stand for. Valid until the next call. Fails with invalid_record.</summary>
    public Result<RecordDraft> Fill(BatchOutcome earlier)
    {
        if (_holes.Count == 0)
            return _draft!; // read with the rest
        Dispose();
        using var json = new Utf8Buffer();
        var from = 0;
        foreach (var (at, reference) in _holes)
        {
            json.Write(_template.AsSpan(from..at));
            reference.Write(earlier, json);
            from = at;
        }

        json.Write(_template.AsSpan(from));
        return Parse(json.Span).TryGet(out _draft, out var error) ? _draft : error;
    }

    public void Dispose()
    {
        _draft?.Dispose();
        _draft = null;
    }

    private static void WriteValue(
        Table table, JsonProperty property, Utf8Buffer json, List<(int, ResultReference)> holes, Func<string, int, string, ResultReference?> refer)
    {
        // What stands in a JSON column is the client's own, dollars and all.
        if (property.Value.ValueKind != JsonValueKind.String || table.Find(JsonText.NameOf(property)) is { Type: ColumnType.Json })
        {
            json.Write(JsonMarshal.GetRawUtf8Value(property.Value));
            return;
        }

        if (!ResultReference.TryParse(JsonText.Of(property.Value), out var operation, out var text))
            JsonValues.WriteText(json, Encoding.UTF8.GetBytes(text));
        else if (refer(JsonText.NameOf(property), operation, text) is { } reference)
            holes.Add((json.Length, reference));
        else
            json.Write("null"u8);
    }

    private Result<RecordDraft> Parse(ReadOnlySpan<byte> utf8Json)
    {
        var parsed = _isNew ? RecordDraft.ParseNew(_table, utf8Json) : RecordDraft.ParseChange(_table, utf8Json);
        return parsed.TryGet(out var draft, out var error) ? draft.Stamped(_now, _isNew) : error;
    }
}
