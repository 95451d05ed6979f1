using System.Text;
using System.Text.Json;

namespace Nebula.Server.Logging;

/// <summary>A category's name in the forms in which lines hold it, encoded once.</summary>
internal sealed class LogCategory(string name)
{
    public string Name { get; } = name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    public JsonEncodedText Json { get; } = JsonEncodedText.Encode(name, JsonLine.Encoder);
}
