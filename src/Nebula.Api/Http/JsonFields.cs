using System.Globalization;
using System.Text.Json;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>Reads the fields of a small request body and gathers every fault in it.</summary>
internal sealed class JsonFields(JsonElement body)
{
    private static readonly string[] _timeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private const int MaxFaults = 100;
    private const int MaxItems = 1000;

    private readonly List<FieldError> _faults = [];

    /// <summary>What was wrong so far, or null.</summary>
    public Error? Error => _faults.Count > 0 ? Core.Error.Of(ErrorCodes.InvalidBody, _faults) : null;

    /// <summary>A string, or null when it is not given or null.</summary>
    public string? String(string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return Text(name, value);
    }

    /// <summary>Refuses every field but these: a misspelt restriction must not be taken for none.</summary>
    public JsonFields Only(params ReadOnlySpan<string> names)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (!names.Contains(property.Name) && _faults.Count < MaxFaults)
                _faults.Add(new(property.Name.Length > 63 ? property.Name[..63] : property.Name, FieldCodes.UnknownAttribute, "is no field of this request"));
        }

        return this;
    }

    /// <summary>A list of strings, or null when it is not given.</summary>
    /// <param name="isNullable">Whether null may be given, which then is the answer too.</param>
    public IReadOnlyList<string>? Strings(string name, bool isNullable)
    {
        if (!body.TryGetProperty(name, out var value) || (isNullable && value.ValueKind == JsonValueKind.Null))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            _faults.Add(new(name, FieldCodes.WrongType, "expects an array of strings"));
            return null;
        }

        if (value.GetArrayLength() > MaxItems)
        {
            _faults.Add(new(name, FieldCodes.OutOfRange, $"may have at most {MaxItems} items"));
            return null;
        }

        return [.. value.EnumerateArray().Select((item, i) => Text($"{name}[{i}]", item) ?? "")];
    }

    /// <summary>A time, absent, or null.</summary>
    public Optional<DateTimeOffset?> Time(string name)
    {
        if (!body.TryGetProperty(name, out var value))
            return default;
        if (value.ValueKind == JsonValueKind.Null)
            return new(null);
        if (value.ValueKind == JsonValueKind.String && TryParse(value.GetString(), out var time))
            return new(time);
        _faults.Add(new(name, FieldCodes.WrongType, "expects an RFC 3339 time such as 2026-11-23T10:00:00Z, or null"));
        return default;
    }

    public bool Has(string name) => body.TryGetProperty(name, out _);

    private string? Text(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        _faults.Add(new(name, FieldCodes.WrongType, "expects a string"));
        return null;
    }

    // Only what the message says: a laxer reader takes "5 May" for a day of this year and guesses which of 1/2 is the month.
    private static bool TryParse(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, _timeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
