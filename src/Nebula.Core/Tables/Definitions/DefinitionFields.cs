using System.Text.Json;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads single fields of a definition and notes what is wrong with them, each with its place.</summary>
internal sealed class DefinitionFields(List<FieldError> faults)
{
    public List<FieldError> Faults => faults;

    public void Add(string place, string code, string message) => faults.Add(new(place, code, message));

    /// <summary>Notes an attribute that is none, with those that there are.</summary>
    public void AddUnknown(string place, string attribute, string what, string allowed) =>
        Add($"{place}.{Excerpt.Of(attribute)}", FieldCodes.UnknownAttribute, $"is no attribute of {what}; allowed are {allowed}");

    public bool? Boolean(JsonElement value, string place)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Add(place, FieldCodes.WrongType, "expects true or false");
        return null;
    }

    /// <summary>A string, or null when it is none.</summary>
    public string? Text(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.String)
            return JsonText.Of(value);
        Add(place, FieldCodes.WrongType, "expects a string");
        return null;
    }

    /// <summary>A valid name, or null.</summary>
    public string? Name(JsonElement? given, string place)
    {
        if (given is { } element && Text(element, place) is not { })
            return null;
        var name = given is { } text ? JsonText.Of(text) : null;
        if (Names.Fault(name, place) is not { } fault)
            return name;
        faults.Add(fault);
        return null;
    }

    /// <summary>A length: a whole number from 0 on.</summary>
    public int? Length(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var length) && length >= 0)
            return length;
        Add(place, value.ValueKind == JsonValueKind.Number ? FieldCodes.OutOfRange : FieldCodes.WrongType, $"expects a whole number from 0 to {int.MaxValue}");
        return null;
    }

    /// <summary>The objects of an array, each with its place; nothing when it is no array or holds too many.</summary>
    public IEnumerable<(JsonElement Object, string Place)> Objects(JsonElement array, string place, int most, string what)
    {
        foreach (var (item, at) in Items(array, place, most))
        {
            if (item.ValueKind == JsonValueKind.Object)
                yield return (item, at);
            else
                Add(at, FieldCodes.WrongType, $"expects an object, {what}");
        }
    }

    /// <summary>The items of an array, each with its place; nothing when it is no array or holds too many.</summary>
    public IReadOnlyList<(JsonElement Item, string Place)> Items(JsonElement array, string place, int most)
    {
        if (array.ValueKind != JsonValueKind.Array)
            Add(place, FieldCodes.WrongType, "expects an array");
        else if (array.GetArrayLength() is var count && count > most)
            Add(place, FieldCodes.OutOfRange, $"may have at most {most} items, got {count}");
        else
            return [.. array.EnumerateArray().Select((item, i) => (item, $"{place}[{i}]"))];
        return [];
    }

    /// <summary>A list of names of columns that are there, each once; what is no string is left out.</summary>
    public List<string> NameList(JsonElement array, string place, int most)
    {
        var names = new List<string>();
        foreach (var (item, at) in Items(array, place, most))
        {
            if (Text(item, at) is not { } name)
                continue;
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
                Add(at, FieldCodes.Duplicate, $"'{Excerpt.Of(name)}' is named twice");
            else
                names.Add(name);
        }

        return names;
    }
}
