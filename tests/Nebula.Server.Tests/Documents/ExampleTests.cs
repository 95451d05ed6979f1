using Nebula.Server.Tests.Deployment;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Documents;

/// <summary>Every request that a document shows is sent as it is written, one after the other, and answered as it is written.</summary>
public sealed class ExampleTests
{
    [Fact]
    [SqliteOnly("ids are shown that follow each other, and its ids may have gaps.")]
    public Task Every_example_of_the_API_is_true() => AreTrueAsync("docs/api.md");

    [Fact]
    public Task Every_example_of_the_filters_is_true() => AreTrueAsync("docs/filters.md");

    private static async Task AreTrueAsync(string document)
    {
        var examples = Example.Of(document, SourceTree.Read(document));
        Assert.NotEmpty(examples);
        await using var nebula = await TestServer.StartAsync([]);
        var owner = await nebula.SignUpAsync();
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var example in examples)
        {
            var answer = await owner.SendAsync(example.Method, Fill(example.Target, kept), example.Body, [.. example.Headers.Select(h => (h.Name, Fill(h.Value, kept)))]);

            Assert.True(answer.Status == example.Status, $"{example} is answered with {answer.Status}: {answer.Body}");
            Assert.True(example.Difference(answer.Body) is not { } difference, $"{example}: {example.Difference(answer.Body)} in {answer.Body}");
            if (answer.Header("ETag") is { } tag)
                kept["<etag>"] = tag;
            if (answer.Body.Split("\"next_cursor\":\"") is [_, var cursor])
                kept["%3Ccursor%3E"] = cursor[..cursor.IndexOf('"', StringComparison.Ordinal)];
        }
    }

    /// <summary>Puts in what an earlier answer gave: <c>&lt;etag&gt;</c> and <c>&lt;cursor&gt;</c>.</summary>
    private static string Fill(string text, Dictionary<string, string> kept) => kept.Aggregate(text, (t, k) => t.Replace(k.Key, k.Value, StringComparison.Ordinal));
}
