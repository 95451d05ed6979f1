using System.Text;
using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Storage.Tests.Support;

/// <summary>A page of records that a test got.</summary>
public sealed record Page(IReadOnlyList<JsonObject> Rows, long? Total)
{
    public string? NextCursor { get; init; }

    /// <summary>The records as they go to the client, with commas between them.</summary>
    public string Text { get; init; } = "";

    public bool IsEstimate { get; init; }

    /// <summary>One column of all rows, as JSON text.</summary>
    public IReadOnlyList<string> Column(string name) => [.. Rows.Select(row => row[name]?.ToJsonString() ?? "null")];

    public IReadOnlyList<long> Ids => [.. Rows.Select(row => row["id"]!.GetValue<long>())];

    /// <summary>Copies what the store gave and lets go of it.</summary>
    public static Result<Page> Of(Result<RecordPage> result)
    {
        if (!result.TryGet(out var page, out var error))
            return error;
        using (page)
        {
            var text = Encoding.UTF8.GetString(page.Rows.Span);
            var rows = JsonNode.Parse($"[{text}]")!.AsArray();
            return new Page([.. rows.Select(row => row!.AsObject())], page.Total?.Records) { NextCursor = page.NextCursor, Text = text, IsEstimate = page.Total?.IsEstimate ?? false };
        }
    }
}
