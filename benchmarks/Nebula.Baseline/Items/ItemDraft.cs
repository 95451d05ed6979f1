using System.Buffers;
using System.Text;
using System.Text.Json;
using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.Items;

/// <summary>The values of a request body. Null is what it doesn't name.</summary>
internal sealed class ItemDraft
{
    private byte[] _text = new byte[256];
    private Range? _name;
    private Range? _note;
    private long? _amount;
    private double? _price;

    public string? Name => Text(_name);

    public string? Note => Text(_note);

    public long? Amount => _amount;

    public double? Price => _price;

    /// <summary>False when the body is no JSON object of these columns and types.</summary>
    public bool TryParse(in ReadOnlySequence<byte> body)
    {
        (_name, _note, _amount, _price) = (null, null, null, null);
        if (_text.Length < body.Length)
            _text = new byte[body.Length];
        var length = 0;
        var json = new Utf8JsonReader(body);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("name"u8))
                    _name = Text(ref json, ref length);
                else if (json.ValueTextEquals("note"u8))
                    _note = Text(ref json, ref length);
                else if (json.ValueTextEquals("amount"u8) && json.Read())
                    _amount = json.GetInt64();
                else if (json.ValueTextEquals("price"u8) && json.Read())
                    _price = json.GetDouble();
                else
                    return false;
            }

            return json.TokenType == JsonTokenType.EndObject && !json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Binds name, note, amount, price to the parameters 1 to 4.</summary>
    public void Bind(Statement statement)
    {
        BindText(statement, 1, _name);
        BindText(statement, 2, _note);
        if (_amount is { } amount)
            statement.Bind(3, amount);
        else
            statement.BindNull(3);
        if (_price is { } price)
            statement.Bind(4, price);
        else
            statement.BindNull(4);
    }

    private void BindText(Statement statement, int index, Range? text)
    {
        if (text is { } range)
            statement.Bind(index, _text.AsSpan(range));
        else
            statement.BindNull(index);
    }

    private string? Text(Range? text) => text is { } range ? Encoding.UTF8.GetString(_text.AsSpan(range)) : null;

    private Range Text(ref Utf8JsonReader json, ref int length)
    {
        json.Read();
        var start = length;
        length += json.CopyString(_text.AsSpan(start));
        return start..length;
    }
}
