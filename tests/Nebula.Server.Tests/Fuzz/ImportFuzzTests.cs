using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Bytes into CSV, NDJSON and SQLite files: taken or refused, and what was refused changed nothing.</summary>
public sealed class ImportFuzzTests : FuzzTests
{
    private const string Import = "/api/v1/databases/shop/tables/customers/import";
    private const int Page = 4096;

    private static readonly string[] _pieces =
    [
        ",", "\"", "\"\"", "\n", "\r\n", "\r", "name", "age", "1", "-1", "9223372036854775808", "1e5", "null", "true", "é", "😀", "\0", "\uFEFF", " ", "{", "}", "[", "]", ":", "{\"name\":\"x\"}", "{\"age\":1}",
        "\\u0000", "\\ud800", "'", ";", "--", "\t", "{\"age\":1,\"age\":2}", "{\"\":0}", "{\"name\":\"x\",\"age\":1}\n", "x,1\n",
    ];

    private static readonly Lazy<byte[]> _file = new(() => SqliteUpload.BytesOf(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE, b REAL CHECK (b > 0), c DEFAULT 'x')", "CREATE TABLE u (k TEXT PRIMARY KEY, t INTEGER REFERENCES t) WITHOUT ROWID",
        "CREATE TABLE v (x, y, PRIMARY KEY (x, y))", "CREATE INDEX i ON t (b) WHERE b > 5",
        $"INSERT INTO t (id, a, b) VALUES {string.Join(", ", Enumerable.Range(1, 300).Select(i => $"({i}, '{new string('x', i)}', {i}.5)"))}",
        "INSERT INTO u SELECT 'k' || id, id FROM t", "INSERT INTO v SELECT id, a FROM t"));

    [Theory]
    [InlineData("text/csv")]
    [InlineData("application/x-ndjson")]
    public async Task Rows(string type)
    {
        var total = 0L;
        await FuzzRun.RunAsync(
            async () =>
            {
                total = 0;
                var owner = await Nebula.SignUpAsync();
                return (Owner: owner, Records: await owner.CreateShopAsync("name TEXT unique", "age INTEGER not null"));
            },
            async (run, subject) =>
            {
                var body = Body(run, type == "text/csv" && run.Random.Next(2) == 0 ? "name,age\n" : "");
                var query = $"on_error={run.Pick(["skip", "abort"])}&keep_ids={run.Pick(["true", "false"])}";
                var answer = await run.SendAsync(
                    () => $"{query} {Convert.ToBase64String(body)}",
                    () => subject.Owner.PostAsync($"{Import}?{query}", new Upload(type, body)),
                    answer => Assert.True(answer.Status is 200 or 400 or 409, $"{answer.Status} {answer.Body}"));
                if (answer is { Status: 200 })
                    total += answer.Number("imported");
                Assert.Equal(total, (await subject.Owner.GetAsync($"{subject.Records}?limit=1"))["pagination"].Number("total"));
            });
    }

    [Fact]
    public Task SQLite_files() => FuzzRun.RunAsync(
        Nebula.SignUpAsync,
        async (run, owner) =>
        {
            var file = Damage(run, _file.Value);
            var answer = await run.SendAsync(
                () => Convert.ToBase64String(file),
                () => owner.PostAsync("/api/v1/databases/import?db_name=evil", new Upload(SqliteUpload.MediaType, file)),
                answer => Assert.True(answer.Status is 201 or 400, $"{answer.Status} {answer.Body}"));
            if (answer is not { Status: 201 })
                return;
            foreach (var path in new[] { "", "/tables", "/openapi.json", "/tables/t/records?limit=1000", "/tables/u/records?sort=t&expand=t", "/tables/v/aggregate?group=x", "/export" })
                await run.SendAsync(() => $"{path} of {Convert.ToBase64String(file)}", () => owner.GetAsync($"/api/v1/databases/evil{path}"));
            await run.SendAsync(() => $"INSERT into {Convert.ToBase64String(file)}", () => owner.PostAsync("/api/v1/databases/evil/tables/t/records", new { b = 1.5 }));
            (await owner.DeleteAsync("/api/v1/databases/evil")).ShouldBe(204);
        },
        _ => Nebula.LeavesNothingSpooledAsync("*.upload"));

    private static byte[] Body(FuzzRun run, string head) => Encoding.UTF8.GetBytes(head).Concat(run.Random.Next(5) == 0
        ? run.Bytes(run.Random.Next(200))
        : Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, run.Random.Next(40)).Select(_ => run.Pick(_pieces))))).ToArray();

    /// <summary>The file with bytes changed anywhere or where they matter most, pages exchanged, or its end missing.</summary>
    private static byte[] Damage(FuzzRun run, byte[] file)
    {
        var (random, damaged) = (run.Random, file.ToArray());
        var within = random.Next(4) switch { 0 => 100, 1 => Page, _ => file.Length };
        for (var n = random.Next(1, 20); n > 0; n--)
            damaged[random.Next(within)] = (byte)random.Next(256);
        if (random.Next(8) == 0)
            file.AsSpan(random.Next(file.Length / Page) * Page, Page).CopyTo(damaged.AsSpan(random.Next(file.Length / Page) * Page));
        return random.Next(10) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }
}
