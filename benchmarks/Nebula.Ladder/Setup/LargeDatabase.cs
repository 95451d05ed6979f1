using System.Globalization;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Setup;

/// <summary>A database of about a gigabyte, with the table of the inserts beside a large one.</summary>
internal sealed class LargeDatabase(string authorization, string directory)
{
    public const string Name = "large";

    private const string Table = """{"table_name":"pages","columns":[{"name":"n","type":"INTEGER"},{"name":"body","type":"TEXT"}]}""";
    private const int Files = 10;
    private const int RowsPerFile = 100_000;
    private const int BodyLength = 960;

    public Items Items { get; } = new(Name, authorization);

    /// <summary>Fills it from files, each small enough to come in within a request's time.</summary>
    public async Task CreateAsync(Client client, CancellationToken ct)
    {
        await Account.CreateDatabaseAsync(client, Name, authorization, ct);
        await client.SendAsync(new Request("POST", $"/api/v1/databases/{Name}/tables", Table, authorization), ct);
        var csv = Path.Combine(directory, "pages.csv");
        for (var file = 0; file < Files; file++)
        {
            await WriteAsync(csv, file * RowsPerFile, ct);
            await client.SendFileAsync($"/api/v1/databases/{Name}/tables/pages/import", csv, "text/csv", authorization, ct);
        }

        File.Delete(csv);
    }

    /// <summary>The bytes that it takes on disk.</summary>
    public async Task<double> GetBytesAsync(Client client, CancellationToken ct) =>
        System.Text.Json.Nodes.JsonNode.Parse(await client.SendAsync(new Request("GET", $"/api/v1/databases/{Name}", null, authorization), ct))?["bytes"]?.GetValue<double>() ?? 0;

    private static async Task WriteAsync(string path, int first, CancellationToken ct)
    {
        await using var csv = File.CreateText(path);
        await csv.WriteLineAsync("n,body".AsMemory(), ct);
        for (var n = first; n < first + RowsPerFile; n++)
            await csv.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{n},{n:D9}{new string((char)('a' + (n % 26)), BodyLength)}").AsMemory(), ct);
    }
}
