using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Bulk;

/// <summary>Reads an array of new records: all of it, so that every fault of every record is named with its place.</summary>
public static class RecordArray
{
    internal const int MaxRecords = 10_000;

    /// <summary>Each draft has a slot for every column, however few its record names: many short records of a wide table would take memory that their body does not show.</summary>
    internal const int MaxSlots = 1_000_000;

    /// <summary>Whether a body is meant for this reader: an array, or what would be one.</summary>
    internal static bool Is(ReadOnlySpan<byte> utf8Json) => utf8Json.TrimStart(" \t\r\n"u8).StartsWith("["u8);

    /// <summary>Fails with invalid_json or invalid_record. Whoever gets the drafts disposes them.</summary>
    internal static Result<DraftList> Read(Table table, ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json))
            return new Error(ErrorCodes.InvalidJson, "The body is not valid JSON (it is not UTF-8).");
        var drafts = new DraftList();
        var faults = new List<FieldError>();
        Error? error;
        try
        {
            error = Read(table, utf8Json, drafts, faults);
        }
        catch (JsonException e)
        {
            error = new Error(ErrorCodes.InvalidJson, $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }

        if (error is null && faults.Count > 0)
            error = Error.Of(ErrorCodes.InvalidRecord, faults);
        if (error is null)
            return drafts;
        drafts.Dispose();
        return error;
    }

    private static Error? Read(Table table, ReadOnlySpan<byte> utf8Json, DraftList drafts, List<FieldError> faults)
    {
        var reader = new Utf8JsonReader(utf8Json);
        reader.Read();
        var max = Math.Clamp(MaxSlots / table.Columns.Count, 1, MaxRecords);
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (++count <= max && faults.Count < Error.MaxDetails)
                Add(table, utf8Json[start..(int)reader.BytesConsumed], count - 1, drafts, faults);
        }

        reader.Read(); // throws on anything behind the array
        return count >= 1 && count <= max ? null : WrongCount(table, max, count);
    }

    private static Error WrongCount(Table table, int max, int count) => max == MaxRecords
        ? new(ErrorCodes.InvalidRecord, $"An array holds 1 to {MaxRecords} records, this one has {count}.")
        : new(ErrorCodes.InvalidRecord, $"An array holds 1 to {max} records of a table of {table.Columns.Count} columns, this one has {count}.")
        {
            Hint = string.Create(CultureInfo.InvariantCulture, $"Records times columns may be {MaxSlots:N0}; send several arrays."),
        };

    /// <summary>An error of one record, with its place in the array before each field.</summary>
    public static Error At(Error error, int index)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
        var details = error.Details.Count > 0
            ? [.. error.Details.Select(d => d with { Field = $"{place}.{d.Field}" })]
            : (IReadOnlyList<FieldError>)[new FieldError(place, FieldCodes.Invalid, $"was refused: {error.Message.TrimEnd('.')}")];
        return error with { Message = Error.Of(error.Code, details).Message, Details = details };
    }

    private static void Add(Table table, ReadOnlySpan<byte> utf8Json, int index, DraftList drafts, List<FieldError> faults)
    {
        if (RecordDraft.ParseNew(table, utf8Json).TryGet(out var draft, out var error))
            drafts.Add(draft);
        else
            faults.AddRange(At(error, index).Details);
    }
}
