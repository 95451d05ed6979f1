using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Storage.Schema;

/// <summary>Types that were found for columns of a table that Nebula did not make, kept as JSON: <c>{"born":"DATE"}</c>.</summary>
internal sealed record ColumnTypeMap(IReadOnlyDictionary<string, ColumnType> Types)
{
    public static ColumnTypeMap Empty { get; } = new(new Dictionary<string, ColumnType>());

    /// <summary>Reads what <see cref="ToJson"/> writes; what can't be read any more says nothing.</summary>
    public static ColumnTypeMap Parse(string? json)
    {
        if (json is null)
            return Empty;
        try
        {
            using var document = JsonDocument.Parse(json);
            var types = new Dictionary<string, ColumnType>(StringComparer.OrdinalIgnoreCase);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String && DeclaredType.TryParse(member.Value.GetString(), out var type) && type.Type != ColumnType.Decimal)
                    types[member.Name] = type.Type;
            }

            return new ColumnTypeMap(types);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Empty;
        }
    }

    public ColumnType? Find(string column) => Types.TryGetValue(column, out var type) ? type : null;

    /// <summary>The same types under the columns' new names.</summary>
    public ColumnTypeMap Renamed(Func<string, string> newName) => new(Types.ToDictionary(t => newName(t.Key), t => t.Value, StringComparer.OrdinalIgnoreCase));

    /// <summary>Null when it says nothing.</summary>
    public byte[]? ToJson()
    {
        if (Types.Count == 0)
            return null;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (column, type) in Types)
                json.WriteString(column, ColumnTypes.Name(type));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
