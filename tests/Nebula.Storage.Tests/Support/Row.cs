using System.Text;
using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Storage.Tests.Support;

/// <summary>A record that a test got.</summary>
public sealed record Row(long Id, string Text, EntityTag Tag)
{
    public JsonObject Json { get; } = JsonNode.Parse(Text)!.AsObject();

    /// <summary>One column's value as JSON text; <c>null</c> for a null.</summary>
    public string this[string column]
    {
        get
        {
            Assert.True(Json.ContainsKey(column), $"No column '{column}' in {Text}");
            return Json[column]?.ToJsonString() ?? "null";
        }
    }

    /// <summary>One column's text.</summary>
    public string? Str(string column) => Json[column]?.GetValue<string>();

    /// <summary>Copies what the store gave and lets go of it.</summary>
    public static Result<Row> Of(Result<Nebula.Core.Records.Record> result)
    {
        if (!result.TryGet(out var record, out var error))
            return error;
        using (record)
            return new Row(record.Id.Value, Encoding.UTF8.GetString(record.Json.Span), record.Tag);
    }
}
