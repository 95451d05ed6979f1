using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Reads a record's JSON straight into typed values. Goes through the whole object, so that every fault is reported at once.</summary>
internal static class RecordDraftReader
{
    public static Result<RecordDraft> Read(Table table, ReadOnlySpan<byte> utf8Json, bool isNew, GivenIds ids = GivenIds.AsInRecords)
    {
        if (!Utf8.IsValid(utf8Json))
            return InvalidJson("it is not UTF-8");

        // Decoded text is never longer than its JSON; the timestamps come on top.
        var draft = new RecordDraft(table, utf8Json.Length + 2 * Timestamps.Length);
        List<FieldError>? faults = null;
        try
        {
            if (ReadObject(draft, utf8Json, isNew, ids, ref faults) is { } error)
            {
                draft.Dispose();
                return error;
            }
        }
        catch (JsonException e)
        {
            draft.Dispose();
            return InvalidJson($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }

        if (faults is null)
            return draft;
        draft.Dispose();
        return Error.Of(ErrorCodes.InvalidRecord, faults);
    }

    private static Error? ReadObject(RecordDraft draft, ReadOnlySpan<byte> utf8Json, bool isNew, GivenIds ids, ref List<FieldError>? faults)
    {
        var reader = new Utf8JsonReader(utf8Json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            // Read to the end all the same: what is no JSON at all is to be called that.
            reader.Skip();
            while (reader.Read())
            {
            }

            return new Error(ErrorCodes.InvalidRecord, "The body must be one JSON object with the record's columns.");
        }

        var given = 0;
        var properties = 0;
        var ignored = 0; // a bit per role: no table has two columns of one that clients don't write
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            properties++;
            var column = reader.ValueIsEscaped ? draft.Table.Find(NameOf(ref reader)) : draft.Table.Find(reader.ValueSpan);
            if (column is null)
            {
                Add(ref faults, new(Excerpt.Of(NameOf(ref reader)), FieldCodes.UnknownColumn, $"is no column of '{draft.Table.Name}'"));
                reader.Read();
                reader.Skip();
                continue;
            }

            reader.Read();
            if (!IsTaken(column, isNew, ids) || (!column.IsWritable && reader.TokenType == JsonTokenType.Null))
            {
                reader.Skip(); // clients send back the records that they read
                var bit = 1 << (int)column.Role;
                if ((ignored & bit) != 0 || draft.Values[column.Ordinal].Kind != ValueKind.Absent)
                    Add(ref faults, new(column.Name, FieldCodes.Duplicate, "is given twice"));
                ignored |= bit;
                continue;
            }

            if (draft.Values[column.Ordinal].Kind != ValueKind.Absent || (!column.IsWritable && (ignored & (1 << (int)column.Role)) != 0))
                Add(ref faults, new(column.Name, FieldCodes.Duplicate, "is given twice"));
            given++;
            ReadValue(draft, column, ref reader, ref faults);
        }

        reader.Read(); // throws on anything behind the object
        if (isNew)
            AddMissing(draft, ref faults);
        if (faults is null && given == 0)
            return new Error(ErrorCodes.InvalidRecord, properties == 0 ? "The record is empty." : "The record names no column that can be written.");
        return null;
    }

    /// <summary>Whether the value that a client gives for a column counts.</summary>
    private static bool IsTaken(Column column, bool isNew, GivenIds ids) => column.IsWritable || ids switch
    {
        GivenIds.Kept => true,
        GivenIds.AsInRecords => isNew && column is { Role: ColumnRole.Id, Type: ColumnType.Uuid },
        _ => false,
    };

    private static void ReadValue(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            if (!column.IsNullable)
                Add(ref faults, new(column.Name, FieldCodes.Required, "may not be null"));
            draft.Set(column, DraftValue.Null);
            return;
        }

        var before = faults?.Count ?? 0;
        var value = (column.Type, reader.TokenType) switch
        {
            (_, JsonTokenType.String) when column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt => ReadMoment(draft, column, ref reader, ref faults),
            (ColumnType.Integer, JsonTokenType.Number) => ReadInteger(column, ref reader, ref faults),
            (ColumnType.Real, JsonTokenType.Number) => ReadReal(column, ref reader, ref faults),
            (ColumnType.Text, JsonTokenType.String) => ReadText(draft, column, ref reader, ref faults),
            (ColumnType.Blob, JsonTokenType.String) => ReadBlob(draft, column, ref reader, ref faults),
            (ColumnType.Boolean, JsonTokenType.True) => DraftValue.Of(1),
            (ColumnType.Boolean, JsonTokenType.False) => DraftValue.Of(0),
            (ColumnType.Boolean, JsonTokenType.Number) when IntegralLiteral.Read(reader.ValueSpan, out var bit) == IntegralLiteral.Outcome.Whole && bit is 0 or 1 =>
                DraftValue.Of(bit),
            (ColumnType.Decimal, JsonTokenType.Number or JsonTokenType.String) => ReadPlain(draft, column, ref reader, ref faults),
            (ColumnType.Date or ColumnType.DateTime or ColumnType.Uuid, JsonTokenType.String) => ReadPlain(draft, column, ref reader, ref faults),
            (ColumnType.Json, _) => ReadJson(draft, column, ref reader, ref faults),
            _ => default,
        };
        if (value.Kind == ValueKind.Absent && (faults?.Count ?? 0) == before)
            Add(ref faults, new(column.Name, FieldCodes.WrongType, $"expects {ColumnTypes.Name(column.Type)}, got {Describe(ref reader)}"));
        else if (value.Kind != ValueKind.Absent && column.Check is { } check && CheckReader.Fault(column, check, value, draft.Bytes) is { } broken)
            Add(ref faults, broken);

        // A null stands for a faulty value, so that naming the column again still counts as a duplicate.
        draft.Set(column, value.Kind == ValueKind.Absent ? DraftValue.Null : value);
        reader.Skip();
    }

    private static DraftValue ReadInteger(Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        switch (IntegralLiteral.Read(reader.ValueSpan, out var value))
        {
            case IntegralLiteral.Outcome.Whole:
                return DraftValue.Of(value);
            case IntegralLiteral.Outcome.OutOfRange:
                Add(ref faults, new(column.Name, FieldCodes.OutOfRange, "lies outside of the 64 bits of an INTEGER"));
                return default;
            default:
                return default;
        }
    }

    private static DraftValue ReadReal(Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        if (reader.TryGetDouble(out var value) && double.IsFinite(value))
            return DraftValue.Of(value);
        Add(ref faults, new(column.Name, FieldCodes.OutOfRange, "lies outside of the range of a REAL"));
        return default;
    }

    private static DraftValue ReadText(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        var start = draft.Length;
        var length = Unescape(draft, ref reader);
        if (length < 0)
            Add(ref faults, new(column.Name, FieldCodes.Invalid, "holds half of a surrogate pair, which is no text"));
        else if (draft.Bytes[start..].Contains((byte)0))
            Add(ref faults, new(column.Name, FieldCodes.Invalid, "holds U+0000, which TEXT can't"));
        else
            return DraftValue.Text(start, length);
        return default;
    }

    private static DraftValue ReadBlob(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        var start = draft.Length;
        var length = Unescape(draft, ref reader);
        if (length >= 0)
        {
            var status = Base64.DecodeFromUtf8InPlace(draft.Written(start), out var written);
            draft.Truncate(start + written);
            if (status == OperationStatus.Done)
                return DraftValue.Blob(start, written);
        }

        Add(ref faults, new(column.Name, FieldCodes.NotBase64, "expects base64"));
        return default;
    }

    /// <summary>Types that are read from their text: what they have in common is that few columns have them, and that they are short.</summary>
    private static DraftValue ReadPlain(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        if (!ValueText.TryRead(column, reader.TokenType == JsonTokenType.String ? NameOf(ref reader) : Encoding.UTF8.GetString(reader.ValueSpan), out var value, out var fault))
        {
            Add(ref faults, fault with { Field = column.Name });
            return default;
        }

        if (value.Kind == ValueKind.Integer)
            return DraftValue.Of(value.Integer);
        var start = draft.Length;
        value.Bytes.Span.CopyTo(draft.Append(value.Bytes.Length));
        return DraftValue.Text(start, value.Bytes.Length);
    }

    /// <summary>A timestamp that Nebula keeps, of a record that comes back with it.</summary>
    private static DraftValue ReadMoment(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        if (!DateText.TryReadMoment(NameOf(ref reader), out var moment))
        {
            Add(ref faults, new(column.Name, FieldCodes.NotADate, "expects a time such as 2026-11-23T10:00:00Z"));
            return default;
        }

        var value = DraftValue.Text(draft.Length, Timestamps.Length);
        Timestamps.Write(moment, draft.Append(Timestamps.Length));
        return value;
    }

    private static DraftValue ReadJson(RecordDraft draft, Column column, ref Utf8JsonReader reader, ref List<FieldError>? faults)
    {
        using var minified = new Utf8Buffer();
        if (JsonColumn.TryCopy(ref reader, minified) is { } fault)
        {
            Add(ref faults, new(column.Name, FieldCodes.Invalid, fault));
            return default;
        }

        var start = draft.Length;
        minified.Span.CopyTo(draft.Append(minified.Length));
        return DraftValue.Text(start, minified.Length);
    }

    /// <summary>Appends the string's text to the draft; its length, or -1 when it holds a lone surrogate.</summary>
    private static int Unescape(RecordDraft draft, ref Utf8JsonReader reader)
    {
        var start = draft.Length;
        if (!reader.ValueIsEscaped)
        {
            reader.ValueSpan.CopyTo(draft.Append(reader.ValueSpan.Length));
            return draft.Length - start;
        }

        try
        {
            var written = reader.CopyString(draft.Append(reader.ValueSpan.Length));
            draft.Truncate(start + written);
            return written;
        }
        catch (InvalidOperationException)
        {
            draft.Truncate(start);
            return -1;
        }
    }

    private static void AddMissing(RecordDraft draft, ref List<FieldError>? faults)
    {
        foreach (var column in draft.Table.Columns)
        {
            if (column is { IsWritable: true, IsNullable: false, DefaultSql: null } && draft.Values[column.Ordinal].Kind == ValueKind.Absent)
                Add(ref faults, new(column.Name, FieldCodes.Required, "is required"));
        }
    }

    private static void Add(ref List<FieldError>? faults, FieldError fault)
    {
        faults ??= [];
        if (faults.Count < Error.MaxDetails)
            faults.Add(fault);
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"\"{Excerpt.Of(reader.ValueSpan.Length > 256 ? "…" : Encoding.UTF8.GetString(reader.ValueSpan))}\"",
        JsonTokenType.Number => Excerpt.Of(Encoding.UTF8.GetString(reader.ValueSpan)),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    /// <summary>A property's name. One that holds half of a surrogate pair is given as it is written: no column has it.</summary>
    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static Error InvalidJson(string where) => new(ErrorCodes.InvalidJson, $"The body is not valid JSON ({where}).");
}
