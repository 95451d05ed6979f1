using System.Globalization;
using System.Text;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Setup;

/// <summary>
/// A table of 100,000 records to ask questions of. Two columns hold the same: a thousand categories of a hundred records each; one has an index, together with the amount, the other has
/// none.
/// </summary>
internal sealed class Sales(string authorization)
{
    public const int Count = 100_000;
    public const int Depth = 90_000;
    public const string Database = "queries";
    public const string CreateTable =
        """
        {"table_name":"sales","columns":[{"name":"category","type":"INTEGER"},{"name":"bucket","type":"INTEGER"},{"name":"amount","type":"INTEGER"},{"name":"note","type":"TEXT"}],
        "indexes":[{"name":"sales_by_category","columns":["category","amount"]}]}
        """;

    /// <summary>What Nebula makes of the index.</summary>
    public const string Index = "CREATE INDEX sales_by_category ON sales (category, amount);";

    private const string Path = $"/api/v1/databases/{Database}/tables/sales";
    private const int Categories = 1000;
    private const int BatchSize = 100;

    public static string Import => $"{Path}/import?keep_ids=true";

    public IEnumerable<Request> Indexed() => FilterAndSort("category");

    public IEnumerable<Request> Unindexed() => FilterAndSort("bucket");

    public IEnumerable<Request> FirstPage() => [Get("records?limit=100&cursor=")];

    /// <summary>The page before the one at the depth; its answer has the cursor that goes on there.</summary>
    public Request BeforeDepth() => Get(Text($"records?limit=100&count=none&offset={Depth - 100}"));

    public IEnumerable<Request> DeepPage(string cursor) => [Get($"records?limit=100&cursor={cursor}")];

    public IEnumerable<Request> Aggregate() => [Get("aggregate?select=count(),sum(amount)&group=category&limit=1000")];

    public IEnumerable<Request> Batches() => Enumerable.Range(0, 50).Select(batch =>
    {
        var operations = Enumerable.Range(batch * BatchSize, BatchSize).Select(i => Text($$"""{"op":"create","table":"items","data":{"name":"item {{i}}","amount":{{i}} } }"""));
        return new Request("POST", "/api/v1/databases/bench/batch", $$"""{"operations":[{{string.Join(',', operations)}}]}""", authorization);
    });

    /// <summary>Writes the records as CSV with every column of the table.</summary>
    public static void WriteCsv(string path)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        file.Write("id,category,bucket,amount,note,created_at,updated_at\r\n");
        for (var i = 1; i <= Count; i++)
        {
            var category = i * 7919L % Categories;
            file.Write(Text($"{i},{category},{category},{i * 31L % Count},note {i},2026-11-24T10:00:00.000Z,2026-11-24T10:00:00.000Z\r\n"));
        }
    }

    private IEnumerable<Request> FilterAndSort(string column) =>
        Enumerable.Range(0, Categories).Select(category => Get(Text($"records?filter={column}%20%3D%20{category}&sort=-amount&limit=100&count=none")));

    private Request Get(string rest) => new("GET", $"{Path}/{rest}", null, authorization);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
