using System.Text;
using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>
/// Whatever is sent, the answer is one that was meant: never a 500, never a dropped connection, always an error in the one shape. Each test
/// prints its seed; <c>NEBULA_TEST_SEED</c> runs it again.
/// </summary>
public sealed class FuzzTests : IAsyncLifetime
{
    // What a body is made of when it is not noise.
    private static readonly string[] _seeds =
    [
        """{"email":"ada@example.com","username":"ada_lovelace","password":"correct horse battery"}""",
        """{"current_password":"correct horse battery","new_password":"another pass phrase"}""",
        """{"db_name":"shop"}""",
        """{"name":"key","scopes":["records:read"],"tables":["customers"],"expires_at":"2999-01-01T00:00:00Z"}""",
        """{"table_name":"t","columns":[{"name":"a","type":"TEXT","nullable":true,"unique":false},{"name":"id","type":"INTEGER","primary_key":true}]}""",
        """{"id":1,"name":"Ada","age":36,"photo":"AAEC","active":true,"score":0.5,"created_at":"2026-11-23T10:00:00.000Z"}""",
        """{"operations":[{"op":"create","table":"customers","data":{"name":"$$a","age":1}},{"op":"update","table":"customers","id":"$0.record_id","data":{"name":"$0.name"},"if_match":"*"}]}""",
        """{"operations":[{"op":"upsert","table":"customers","data":{"name":"a"},"on_conflict":"name","resolution":"ignore"},{"op":"delete","table":"customers","filter":"age > 1","max_affected":5}]}""",
        """[{"name":"Ada"},{"age":36,"photo":"AAEC"}]""",
        """{"name":"\ud83d\ude00\u0041\n","age":-9223372036854775808,"score":1.7976931348623157e308}""",
    ];

    private static readonly string[] _tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "null", "true", "false", "-", "1e999", "9223372036854775808",
        "0.1e-5", "NaN", "\"name\"", "\"age\":", "\"columns\":", "\0", "\n", "\uFEFF", "é", "😀",
    ];

    private TestServer? _server;

    private TestServer Nebula => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new() { ["LOG_LEVEL"] = "error" });

    public ValueTask DisposeAsync() => Nebula.DisposeAsync();

    [Fact]
    public async Task Bodies()
    {
        var random = FuzzRun.Seed();
        var shop = await OpenAsync();
        // Routes that end the session or take the shop away would leave the others nothing to do.
        var routes = ApiRoute.All.Where(r => r.TakesJson && r.Template is not ("/api/v1/account" or "/api/v1/account/password")
            && r.Method + r.Template != "PATCH/api/v1/databases/{db}").ToList();

        await FuzzRun.RepeatAsync(async () =>
        {
            var route = routes[random.Next(routes.Count)];
            var body = Body(random);
            Check(await shop.Owner.SendAsync(route.Method, route.In(shop), body), () => $"{route} {Convert.ToBase64String(body)}");
        });
    }

    [Fact]
    public async Task Query_strings()
    {
        var random = FuzzRun.Seed();
        var shop = await OpenAsync();
        string[] names = ["limit", "offset", "sort", "order", "fields", "count", "$limit", "$count", "name", "age", "photo", "active", "score", "id",
            "created_at", "x", ""];
        string[] values = ["1", "0", "-1", "asc", "desc", "none", "name", "id,name", "true", "AAEC", "0.5", "9223372036854775807", "1e308", "%",
            "%zz", "%F0%9F", "%00", "+", "%2B", "&", "=", "'", "\"", "*", ""];
        string[] paths = [Shop.Customers, $"{Shop.Customers}/1", "/api/v1/databases", "/api/v1/databases/shop/tables",
            "/api/v1/databases/shop/tables/customers/schema", "/health"];

        await FuzzRun.RepeatAsync(async () =>
        {
            var query = string.Join('&', Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => $"{FuzzRun.Pick(random, names)}{FuzzRun.Pick(random, ["=", "", "=="])}{(random.Next(4) == 0 ? Noise(random) : FuzzRun.Pick(random, values))}"));
            var path = $"{FuzzRun.Pick(random, paths)}?{query}";
            Check(await shop.Owner.GetAsync(path), () => path);
        });
    }

    [Fact]
    public async Task Credentials_conditions_and_other_headers()
    {
        var random = FuzzRun.Seed();
        var shop = await OpenAsync();
        string[] schemes = ["Bearer ", "bearer ", "ApiKey ", "APIKEY\t", "Basic ", "Bearer", "", " "];
        string[] good = [shop.Owner.Token, shop.Key.Text, .. shop.Owner.Token.Split('.'), shop.Key.Text[..13], "e30.e30.e30"];
        string[] headers = ["If-Match", "If-None-Match", "Accept", "Content-Type", "X-Request-Id", "Origin", "X-Forwarded-For", "Range",
            "Accept-Encoding", "Prefer", "Idempotency-Key"];

        await FuzzRun.RepeatAsync(async () =>
        {
            var credential = FuzzRun.Pick(random, schemes) + (random.Next(3) == 0 ? Ascii(random) : Mutate(random, FuzzRun.Pick(random, good)));
            var (header, value) = (FuzzRun.Pick(random, headers), random.Next(3) == 0
                ? FuzzRun.Pick(random, ["*", "\"x\"", "W/\"x\"", "application/problem+json", "\"a\", \"b\"", ""]) : Ascii(random));
            var visitor = random.Next(2) == 0 ? new Visitor(Nebula, credential) : shop.Owner;
            var (method, body) = random.Next(2) == 0 ? ("GET", (object?)null) : ("PUT", new { name = "x" });
            var answer = await visitor.SendAsync(method, $"{Shop.Customers}/1", body, (header, value));
            Check(answer, () => $"{method} {credential} {header}: {value}");
        });
    }

    private async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.DeleteAsync("/api/v1/databases/shop/tables/customers");
        await shop.Owner.CreateTableAsync("shop", "customers", "name TEXT", "age INTEGER", "photo BLOB", "active BOOLEAN", "score REAL");
        await shop.Owner.AddAsync(Shop.Customers, new { name = "Ada" });
        return shop;
    }

    private static void Check(Answer answer, Func<string> request)
    {
        Assert.True(answer.Status is >= 200 and < 500, $"{answer.Status} {answer.Body} for {request()}");
        if (answer.Status < 400 || answer.Bytes.Length == 0)
        {
            // An empty error is the web server's own: %00 in a path, a header that is none.
            Assert.True(answer.Status < 400 || answer.Status is 400 or 414 or 431, $"An empty {answer.Status} for {request()}");
            return;
        }

        Assert.Equal(JsonValueKind.Object, answer.Json.ValueKind);
        Assert.Equal(answer.Status, answer.Number("status"));
        Assert.Equal(answer.Header("X-Request-Id"), answer.Text("request_id"));
    }

    private static byte[] Body(Random random)
    {
        if (random.Next(10) == 0)
            return Bytes(random, random.Next(0, 300));
        if (random.Next(4) == 0)
            return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => FuzzRun.Pick(random, _tokens))));

        var body = Encoding.UTF8.GetBytes(FuzzRun.Pick(random, _seeds)).ToList();
        for (var i = random.Next(0, 5); i > 0; i--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 12), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Encoding.UTF8.GetBytes(FuzzRun.Pick(random, _tokens)));
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 30), body.Count - at)));
                    break;
                case 4:
                    body.InsertRange(at, Bytes(random, random.Next(1, 8)));
                    break;
                default:
                    body.RemoveRange(at, body.Count - at);
                    break;
            }

            if (body.Count == 0)
                break;
        }

        return [.. body];
    }

    private static string Mutate(Random random, string text)
    {
        var letters = text.ToCharArray();
        for (var i = random.Next(0, 3); i > 0 && letters.Length > 0; i--)
            letters[random.Next(letters.Length)] = (char)random.Next(0x21, 0x7F);
        return new string(letters)[..random.Next(letters.Length / 2, letters.Length + 1)];
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Noise(Random random) => string.Concat(Bytes(random, random.Next(1, 20)).Select(b => $"%{b:X2}"))
        .Replace("%00", "%01", StringComparison.Ordinal);

    private static string Ascii(Random random) => new([.. Enumerable.Range(0, random.Next(0, 80)).Select(_ => (char)random.Next(0x20, 0x7F))]);
}
