using System.Text.Json;

namespace Nebula.Server.Logging;

/// <summary>A field's name in the forms in which lines hold it, encoded once per message template.</summary>
internal sealed class FieldKey
{
    public FieldKey(string name)
    {
        Name = name;
        Json = JsonEncodedText.Encode(JsonLine.IsReserved(name) ? "_" + name : name, JsonLine.Encoder);
        var text = new Utf8Buffer();
        TextLine.AppendKey(text, name);
        Text = text.Written.ToArray();
    }

    public string Name { get; }

    /// <summary>With the space before it and the equals sign after it.</summary>
    public byte[] Text { get; }

    public JsonEncodedText Json { get; }
}
