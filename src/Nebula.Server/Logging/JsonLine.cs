using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nebula.Server.Logging;

/// <summary>
/// Lines for programs: one JSON object each, with <c>time</c>, <c>level</c>, <c>category</c>, <c>event</c>, <c>message</c>, then the fields. A field
/// that has one of these names gets an underscore before it.
/// </summary>
internal sealed class JsonLine : ILineFormat
{
    /// <summary>Keeps letters of all scripts readable and still escapes whatever could end a line. The output is no part of a web page.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonEncodedText _time = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText _level = JsonEncodedText.Encode("level");
    private static readonly JsonEncodedText _category = JsonEncodedText.Encode("category");
    private static readonly JsonEncodedText _event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText _message = JsonEncodedText.Encode("message");

    public static bool IsReserved(string name) => name is "time" or "level" or "category" or "event" or "message" or "exception";

    public void Write(LineScratch scratch, in LogEvent happened)
    {
        var json = scratch.Json;
        json.Reset(scratch.Line);
        json.WriteStartObject();
        Span<byte> time = stackalloc byte[Timestamp.LengthOfRoundTrip];
        Timestamp.Format(time, happened.Time);
        json.WriteString(_time, time[..Timestamp.Length]);
        json.WriteString(_level, LevelOf(happened.Level));
        json.WriteString(_category, happened.Category.Json);
        if (happened.Event is { Name: { } name })
            json.WriteString(_event, name);
        else if (happened.Event.Id != 0)
            json.WriteNumber(_event, happened.Event.Id);
        json.WriteString(_message, scratch.Message.Written);
        var fields = scratch.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            json.WritePropertyName(scratch.Keys[i].Json);
            var text = scratch.TextOf(fields[i]);
            if (fields[i].IsLiteral)
                json.WriteRawValue(text, skipInputValidation: true);
            else
                json.WriteStringValue(text);
        }

        if (happened.Exception is { } exception)
            WriteException(json, exception);
        json.WriteEndObject();
        json.Flush();
        scratch.Line.Append("\n"u8);
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception)
    {
        json.WriteStartObject("exception");
        json.WriteString("type", exception.GetType().ToString());
        json.WriteString("message", exception.Message);
        // The whole of it: with the exceptions inside, which the stack trace alone leaves out.
        json.WriteString("stack", exception.ToString());
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        _ => "critical"u8,
    };
}
