using System.Collections.Concurrent;
using System.Text;

namespace Nebula.Server.Logging;

/// <summary>
/// A message template (<c>"{Method} took {Elapsed:0.0} ms"</c>), parsed once, that fills its holes with UTF-8, where the framework's own formatter
/// would make a string per event.
/// </summary>
internal sealed class MessageTemplate
{
    // Programs have some dozens. Templates made at run time, which no one should make, must not fill the memory.
    private const int MostKept = 1000;

    private static readonly ConcurrentDictionary<string, MessageTemplate> _kept = new(ReferenceEqualityComparer.Instance);

    private readonly List<Piece>? _pieces;
    private readonly FieldKey[] _keys;

    private MessageTemplate(string? template, ReadOnlySpan<LogField> fields)
    {
        _keys = new FieldKey[fields.Length];
        for (var i = 0; i < fields.Length; i++)
            _keys[i] = new FieldKey(fields[i].Name);
        _pieces = template is null ? null : Parse(template);
    }

    /// <summary>The template for an event whose fields are these. Null stands for an event without one.</summary>
    public static MessageTemplate Of(string? template, ReadOnlySpan<LogField> fields)
    {
        if (template is null)
            return new MessageTemplate(template, fields);
        // Two log methods may share one text and differ in the order of their parameters: the second is parsed each time.
        if (_kept.TryGetValue(template, out var kept))
            return kept.Fits(fields) ? kept : new MessageTemplate(template, fields);

        var parsed = new MessageTemplate(template, fields);
        if (_kept.Count < MostKept)
            _kept.TryAdd(template, parsed);
        return parsed;
    }

    /// <summary>Gives the scratch the fields' keys and the message; false when the message needs the framework's formatter.</summary>
    public bool TryFill(LineScratch scratch)
    {
        scratch.Keys = _keys;
        if (_pieces is null)
            return false;
        var fields = scratch.Fields;
        foreach (var (literal, index, format) in _pieces)
        {
            scratch.Message.Append(literal);
            if (index < 0)
                continue;
            ref readonly var field = ref fields[index];
            if (field.Value is null)
                scratch.Message.Append("(null)"u8);
            else if (format is not null)
                ValueText.Append(scratch.Message, field.Value, format);
            else
                scratch.Message.Append(scratch.TextOf(field));
        }

        return true;
    }

    private bool Fits(ReadOnlySpan<LogField> fields)
    {
        if (fields.Length != _keys.Length)
            return false;
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name != _keys[i].Name)
                return false;
        }

        return true;
    }

    /// <summary>Null when there is something that this class does not know, such as a padded hole.</summary>
    private List<Piece>? Parse(string template)
    {
        var pieces = new List<Piece>();
        var literal = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var character = template[i];
            if (character is not ('{' or '}'))
            {
                literal.Append(character);
                continue;
            }

            if (i + 1 < template.Length && template[i + 1] == character)
            {
                literal.Append(character);
                i++;
                continue;
            }

            var end = template.IndexOf('}', i);
            if (character == '}' || end < 0)
                return null;
            var hole = template[(i + 1)..end];
            var colon = hole.IndexOf(':');
            var name = colon < 0 ? hole : hole[..colon];
            // Without case, as the source generator of log methods matches its parameters.
            var index = Array.FindIndex(_keys, key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
                return null;

            pieces.Add(new Piece(Encoding.UTF8.GetBytes(literal.ToString()), index, colon < 0 ? null : hole[(colon + 1)..]));
            literal.Clear();
            i = end;
        }

        pieces.Add(new Piece(Encoding.UTF8.GetBytes(literal.ToString()), -1, null));
        return pieces;
    }

    /// <summary>Text, and the field that follows it, or -1 at the end.</summary>
    private readonly record struct Piece(byte[] Literal, int Field, string? Format);
}
