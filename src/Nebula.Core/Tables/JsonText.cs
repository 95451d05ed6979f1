using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Nebula.Core.Tables;

/// <summary>
/// Texts of a JSON document. One that holds half of a surrogate pair is no text: it is given as it is written, with its backslash, which no
/// name has.
/// </summary>
internal static class JsonText
{
    public static string Of(JsonElement text)
    {
        try
        {
            return text.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText();
        }
    }

    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
        }
    }
}
