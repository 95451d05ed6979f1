using System.Text.Json.Nodes;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Random lists against a naive reader of the same rows.</summary>
public abstract class ListDifferentialContract(StorageFixture storage)
{
    private const int Rows = 400;
    private const int Queries = 600;

    private static readonly string[] _types = ["TEXT", "INTEGER", "REAL", "BLOB", "BOOLEAN"];

    [Fact]
    public Task Any_list_gives_the_rows_that_a_naive_reader_picks() => Seed.RunAsync(async random =>
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync([.. _types.Select(type => $"c_{type} {type}"), "n INTEGER"]);
        var rows = new List<JsonObject>();
        for (var i = 0; i < Rows; i++)
        {
            var record = new JsonObject { ["n"] = random.Next(3) };
            foreach (var type in _types)
                record[$"c_{type}"] = Values.Next(random, type);
            rows.Add((await table.AddAsync(record.ToJsonString())).Json);
        }

        for (var i = 0; i < Rows / 10; i++)
        {
            var gone = random.Next(rows.Count);
            await table.DeleteAsync(rows[gone]["id"]!.GetValue<long>()).Succeeds();
            rows.RemoveAt(gone);
        }

        for (var i = 0; i < Queries; i++)
            await CompareAsync(table, rows, Query.Next(random));
    });

    private static async Task CompareAsync(TestTable table, List<JsonObject> rows, Query query)
    {
        var matching = rows.Where(row => query.Equalities.All(e => row[e.Column] is { } value && Values.Compare(value, e.Value, e.Type) == 0)).ToList();
        matching.Sort((a, b) =>
        {
            var order = query.Sort is null ? 0 : Values.Compare(a[query.Sort], b[query.Sort], query.Sort[2..]);
            if (order == 0)
                order = a["id"]!.GetValue<long>().CompareTo(b["id"]!.GetValue<long>());
            return query.IsDescending ? -order : order;
        });

        var page = await table.ListAsync(query.Text);

        Assert.True(page.Total == matching.Count, $"{query.Text}: total {page.Total}, expected {matching.Count}");
        var expected = matching.Skip(query.Offset).Take(query.Limit).Select(row => row.ToJsonString());
        Assert.True(expected.SequenceEqual(page.Rows.Select(row => row.ToJsonString())), $"{query.Text}: other rows");
    }

    private sealed record Query(IReadOnlyList<(string Column, string Type, JsonNode Value)> Equalities, string? Sort, bool IsDescending, int Limit, int Offset)
    {
        public string Text => string.Join('&', [
            .. Equalities.Select(e => $"{e.Column}={Uri.EscapeDataString(Values.ToQuery(e.Value, e.Type))}"),
            .. Sort is null ? Array.Empty<string>() : [$"sort={Sort}"],
            $"order={(IsDescending ? "desc" : "asc")}",
            $"limit={Limit}",
            $"offset={Offset}",
        ]);

        public static Query Next(Random random)
        {
            var filtered = _types.OrderBy(_ => random.Next()).Take(random.Next(3));
            var equalities = filtered
                .Select(type => (Column: $"c_{type}", Type: type, Value: Values.Next(random, type)))
                .Where(e => e.Value is not null)
                .Select(e => (e.Column, e.Type, e.Value!))
                .ToList();
            var sort = random.Next(4) == 0 ? null : $"c_{_types[random.Next(_types.Length)]}";
            return new Query(equalities, sort, random.Next(2) == 0, random.Next(1, 60), random.Next(3) == 0 ? random.Next(Rows) : 0);
        }
    }
}
