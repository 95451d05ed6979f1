using System.Buffers;
using System.Globalization;
using System.Text;

namespace Nebula.Server.Logging;

/// <summary>
/// Lines for people: <c>2026-11-24T10:00:00.000Z INF Category message key=value</c>. Whatever is logged, it can't end the line, move the cursor or
/// change the direction of the text; a field's value can't look like another field.
/// </summary>
internal sealed class TextLine : ILineFormat
{
    // Printable ASCII but for the space, quotes, backslash and equals sign.
    private static readonly SearchValues<byte> _plain =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (byte)code).Except("\"'\\="u8.ToArray())]);

    /// <summary>A field's name as it stands in a line: <c> name=</c>.</summary>
    public static void AppendKey(Utf8Buffer line, string name)
    {
        line.Append(" "u8);
        AppendToken(line, Encoding.UTF8.GetBytes(name));
        line.Append("="u8);
    }

    public void Write(LineScratch scratch, in LogEvent happened)
    {
        var line = scratch.Line;
        Timestamp.Append(line, happened.Time);
        line.Append(LevelOf(happened.Level));
        line.Append(happened.Category.Utf8);
        line.Append(" "u8);
        AppendPrintable(line, scratch.Message.Written);
        var fields = scratch.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            line.Append(scratch.Keys[i].Text);
            AppendToken(line, scratch.TextOf(fields[i]));
        }

        if (happened.Exception is { } exception)
            AppendException(line, exception);
        line.Append("\n"u8);
    }

    private static void AppendException(Utf8Buffer line, Exception exception)
    {
        line.Append(" exception="u8);
        AppendToken(line, Encoding.UTF8.GetBytes(exception.GetType().ToString()));
        line.Append(" exception.message="u8);
        AppendToken(line, Encoding.UTF8.GetBytes(exception.Message));
        // The whole of it: with the exceptions inside, which the stack trace alone leaves out.
        line.Append(" exception.stack="u8);
        AppendToken(line, Encoding.UTF8.GetBytes(exception.ToString()));
    }

    /// <summary>As it is when nothing in it can be mistaken, else in quotes.</summary>
    private static void AppendToken(Utf8Buffer line, ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && !text.ContainsAnyExcept(_plain))
        {
            line.Append(text);
            return;
        }

        line.Append("\""u8);
        AppendEscaped(line, text, isQuoted: true);
        line.Append("\""u8);
    }

    private static void AppendPrintable(Utf8Buffer line, ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            line.Append(text);
        else
            AppendEscaped(line, text, isQuoted: false);
    }

    private static void AppendEscaped(Utf8Buffer line, ReadOnlySpan<byte> text, bool isQuoted)
    {
        while (!text.IsEmpty)
        {
            // What is not UTF-8 decodes to the replacement character.
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            text = text[length..];
            switch (rune.Value)
            {
                case '\n':
                    line.Append(@"\n"u8);
                    break;
                case '\r':
                    line.Append(@"\r"u8);
                    break;
                case '\t':
                    line.Append(@"\t"u8);
                    break;
                case '"' or '\\' when isQuoted:
                    line.Append(@"\"u8);
                    line.Append([(byte)rune.Value]);
                    break;
                default:
                    AppendRune(line, rune);
                    break;
            }
        }
    }

    private static void AppendRune(Utf8Buffer line, Rune rune)
    {
        var span = line.GetSpan(16);
        if (!IsInvisible(rune))
        {
            line.Advance(rune.EncodeToUtf8(span));
            return;
        }

        (rune.IsBmp ? "\\u"u8 : "\\U"u8).CopyTo(span);
        rune.Value.TryFormat(span[2..], out var digits, rune.IsBmp ? "x4" : "x8", CultureInfo.InvariantCulture);
        line.Advance(2 + digits);
    }

    // Format characters turn the direction of text around or hide; the separators end lines in some viewers.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static ReadOnlySpan<byte> LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => " TRC "u8,
        LogLevel.Debug => " DBG "u8,
        LogLevel.Information => " INF "u8,
        LogLevel.Warning => " WRN "u8,
        LogLevel.Error => " ERR "u8,
        _ => " CRT "u8,
    };
}
