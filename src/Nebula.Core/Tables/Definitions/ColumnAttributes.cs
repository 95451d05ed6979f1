using System.Text.Json;

namespace Nebula.Core.Tables.Definitions;

/// <summary>The attributes of a column as a client wrote them: what depends on the column's type is read later.</summary>
internal sealed class ColumnAttributes
{
    private const string Allowed = "name, type, nullable, default, unique, primary_key, references, check";

    public string? Name { get; private set; }

    public DeclaredType? Type { get; private set; }

    /// <summary>Whether a type was given, good or not.</summary>
    public bool HasType { get; private set; }

    public bool? Nullable { get; private set; }

    public bool? Unique { get; private set; }

    public bool? PrimaryKey { get; private set; }

    public JsonElement? Default { get; private set; }

    public JsonElement? References { get; private set; }

    public JsonElement? Check { get; private set; }

    /// <param name="needsType">Whether a type has to be given.</param>
    public static ColumnAttributes Read(JsonElement column, string place, bool needsType, DefinitionFields fields)
    {
        JsonElement? name = null, type = null;
        var read = new ColumnAttributes();
        foreach (var attribute in column.EnumerateObject())
        {
            switch (JsonText.NameOf(attribute))
            {
                case "name":
                    name = attribute.Value;
                    break;
                case "type":
                    type = attribute.Value;
                    break;
                case "nullable":
                    read.Nullable = fields.Boolean(attribute.Value, $"{place}.nullable");
                    break;
                case "unique":
                    read.Unique = fields.Boolean(attribute.Value, $"{place}.unique");
                    break;
                case "primary_key":
                    read.PrimaryKey = fields.Boolean(attribute.Value, $"{place}.primary_key");
                    break;
                case "default":
                    read.Default = attribute.Value;
                    break;
                case "references":
                    read.References = attribute.Value;
                    break;
                case "check":
                    read.Check = attribute.Value;
                    break;
                case var unknown:
                    fields.AddUnknown(place, unknown, "a column", Allowed);
                    break;
            }
        }

        read.Name = fields.Name(name, $"{place}.name");
        read.HasType = type is not null;
        read.Type = ReadType(type, $"{place}.type", needsType, fields);
        return read;
    }

    private static DeclaredType? ReadType(JsonElement? given, string place, bool isNeeded, DefinitionFields fields)
    {
        if (given is not { } element)
        {
            if (isNeeded)
                fields.Add(place, FieldCodes.Required, "is required");
            return null;
        }

        if (fields.Text(element, place) is not { } text)
            return null;
        if (DeclaredType.TryParse(text, out var type))
            return type;
        fields.Add(place, FieldCodes.Invalid, $"'{Excerpt.Of(text)}' is no column type; allowed are {DeclaredType.Allowed}");
        return null;
    }
}
