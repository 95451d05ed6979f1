using System.Text.Json;

namespace Nebula.Server.Logging;

/// <summary>
/// What one thread needs to build a line, kept from line to line so that logging allocates no buffers. Taken out of its slot while in use: a
/// value whose text is computed by code that logs itself then gets another one.
/// </summary>
internal sealed class LineScratch
{
    // Beyond this a scratch is given up, so that one long stack trace does not stay in memory once per thread.
    private const int MostKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static LineScratch? _kept;

    private LogField[] _fields = new LogField[16];
    private int _fieldCount;

    private LineScratch() => Json = new Utf8JsonWriter(Line, new JsonWriterOptions { Encoder = JsonLine.Encoder, SkipValidation = true });

    public Utf8Buffer Line { get; } = new();

    /// <summary>As UTF-8, not escaped.</summary>
    public Utf8Buffer Message { get; } = new();

    /// <summary>The texts of all fields one after the other, not escaped. Made once, because the message and the field both show them.</summary>
    public Utf8Buffer Values { get; } = new();

    /// <summary>Writes into <see cref="Line"/>; to be reset first.</summary>
    public Utf8JsonWriter Json { get; }

    public ReadOnlySpan<LogField> Fields => _fields.AsSpan(0, _fieldCount);

    /// <summary>The encoded names of <see cref="Fields"/>, in the same order.</summary>
    public FieldKey[] Keys { get; set; } = [];

    public static LineScratch Take()
    {
        var scratch = _kept ?? new LineScratch();
        _kept = null;
        return scratch;
    }

    public void Return()
    {
        Clear();
        if (Math.Max(Line.Capacity, Math.Max(Message.Capacity, Values.Capacity)) <= MostKeptBytes)
            _kept = this;
    }

    public void Clear()
    {
        Line.CutTo(0);
        Message.CutTo(0);
        Values.CutTo(0);
        // Keeps no reference to what was logged.
        _fields.AsSpan(0, _fieldCount).Clear();
        _fieldCount = 0;
    }

    public void Add(string name, object? value)
    {
        if (_fieldCount == _fields.Length)
            Array.Resize(ref _fields, 2 * _fieldCount);
        var start = Values.Length;
        var isLiteral = ValueText.Append(Values, value, default);
        _fields[_fieldCount++] = new LogField(name, value, start, Values.Length, isLiteral);
    }

    public ReadOnlySpan<byte> TextOf(in LogField field) => Values.Written[field.Start..field.End];
}
