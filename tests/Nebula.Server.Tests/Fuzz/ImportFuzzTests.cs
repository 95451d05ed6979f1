using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Bytes into CSV and NDJSON: never a 500, and what was refused changed nothing.</summary>
public sealed class ImportFuzzTests(SharedServer shared) : ServerTests(shared)
{
    private const string Import = "/api/v1/databases/shop/tables/customers/import";

    private static readonly string[] _pieces =
    [
        ",", "\"", "\"\"", "\n", "\r\n", "\r", "name", "age", "1", "-1", "9223372036854775808", "1e5", "null", "true", "é", "😀", "\0", "\uFEFF", " ", "{", "}", "[", "]", ":", "{\"name\":\"x\"}", "{\"age\":1}",
        "\\u0000", "\\ud800", "'", ";", "--", "\t", "{\"age\":1,\"age\":2}", "{\"\":0}",
    ];

    [Theory]
    [InlineData("text/csv")]
    [InlineData("application/x-ndjson")]
    public async Task Any_bytes_are_taken_or_refused(string type)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT unique", "age INTEGER not null");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NEBULA_TEST_SEED"), out var given) ? given : Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        var total = 0L;

        for (var i = 0; i < 300; i++)
        {
            var body = Body(random, type == "text/csv" && i % 2 == 0 ? "name,age\n" : "");
            var skips = random.Next(2) == 0;
            var answer = await owner.PostAsync($"{Import}?on_error={(skips ? "skip" : "abort")}&keep_ids={(random.Next(2) == 0 ? "true" : "false")}", new Upload(type, body));

            Assert.True(answer.Status is 200 or 400 or 409, $"seed {seed}, body {i}: {answer.Status} {answer.Body}");
            if (answer.Status == 200)
                total += answer.Number("imported");
            Assert.Equal(total, (await owner.GetAsync($"{records}?limit=1"))["pagination"].Number("total"));
        }
    }

    private static byte[] Body(Random random, string head)
    {
        if (random.Next(5) == 0)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            return [.. System.Text.Encoding.UTF8.GetBytes(head), .. bytes];
        }

        return System.Text.Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => _pieces[random.Next(_pieces.Length)])));
    }
}
