using System.Globalization;
using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>What <c>$0.record_id</c> and <c>$0.name</c> stand for: the id, or a column, of the record that an earlier operation of the batch was about.</summary>
/// <param name="Column">Null for the id.</param>
internal sealed record ResultReference(int Operation, Column? Column)
{
    public const string RecordId = "record_id";

    /// <summary>
    /// Tells what a whole string of a batch is: a reference, as the number of an operation and a name; or a text, which is the string itself but for one dollar of two at its
    /// beginning.
    /// </summary>
    public static bool TryParse(string text, out int operation, out string nameOrText)
    {
        (operation, nameOrText) = (0, text);
        if (text.StartsWith("$$", StringComparison.Ordinal))
        {
            nameOrText = text[1..];
            return false;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (!text.StartsWith('$') || dot < 2 || dot == text.Length - 1 || text.AsSpan(1, dot - 1).ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!int.TryParse(text.AsSpan(1, dot - 1), NumberStyles.None, CultureInfo.InvariantCulture, out operation))
            operation = int.MaxValue; // later than any
        nameOrText = text[(dot + 1)..];
        return true;
    }

    /// <summary>Appends the JSON of what it stands for.</summary>
    public void Write(BatchOutcome earlier, Utf8Buffer json)
    {
        var result = earlier.Results[Operation];
        if (Column is null)
            JsonValues.WriteId(json, result.Id ?? Records.RecordId.None);
        else
            json.Write(Value(result.Record!.Json.Span, Column.Ordinal)); // an operation without a record can't be referred to
    }

    /// <summary>A value of a record's JSON, which has all columns in catalogue order.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> record, int ordinal)
    {
        var reader = new Utf8JsonReader(record);
        reader.Read();
        for (var i = 0; ; i++)
        {
            reader.Read();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (i == ordinal)
                return record[start..(int)reader.BytesConsumed];
        }
    }
}
