using System.Text.Json;
using System.Text.Unicode;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>Parses bodies more strictly than the library does by itself: every string is text, in UTF-8 and in its escapes, and no member is given twice.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false };

    /// <summary>Fails with invalid_json. Whoever gets the document disposes it.</summary>
    public static Result<JsonDocument> Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            return Invalid("it is not UTF-8");
        try
        {
            return IsText(utf8.Span) ? JsonDocument.Parse(utf8, _options) : Invalid("it holds half of a surrogate pair, which is no text");
        }
        catch (JsonException e)
        {
            return Invalid(e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}" : "a member is given twice");
        }
    }

    /// <summary>Whether all escapes are text. Found out here once, because the library finds it out only where a string is read, by an exception of its own.</summary>
    private static bool IsText(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static Error Invalid(string why) => new(ErrorCodes.InvalidJson, $"The body is not valid JSON ({why}).");
}
