using System.Text.Json;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>Reads the fields of a small request body and gathers every fault in it.</summary>
internal sealed class JsonFields(JsonElement body)
{
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

    /// <summary>A list of strings, or null when it is not given or null.</summary>
    public IReadOnlyList<string>? Strings(string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            _faults.Add(new(name, FieldCodes.WrongType, "expects an array of strings"));
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
        if (value.ValueKind == JsonValueKind.String && Timestamps.TryParse(Text(name, value), out var time))
            return new(time);
        _faults.Add(new(name, FieldCodes.WrongType, "expects an RFC 3339 time such as 2026-11-23T10:00:00Z, or null"));
        return default;
    }

    public bool Has(string name) => body.TryGetProperty(name, out _);

    private string? Text(string name, JsonElement value)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String)
                return value.GetString();
            _faults.Add(new(name, FieldCodes.WrongType, "expects a string"));
        }
        catch (InvalidOperationException)
        {
            _faults.Add(new(name, FieldCodes.Invalid, "holds half of a surrogate pair, which is no text"));
        }

        return null;
    }
}
