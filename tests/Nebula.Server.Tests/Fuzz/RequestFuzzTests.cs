using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Everything of a request before its body: names in the path, the query string, credentials, other headers.</summary>
public sealed class RequestFuzzTests : FuzzTests
{
    private static readonly string[] _names =
    [
        "shop", "customers", "suppliers", "none", "1", "-1", "9223372036854775808", "1,2", "~0~1", "_nebula_tables", "sqlite_schema", "rowid", "import", "apikey", "records", "schema", "..", ".", "%2e%2e", "%2F", "%5C",
        "%27", "%22", "%3B", "%00", "%0A", "%FF", "%C0%AF", "%F0%9F%98%80", "%", "%zz", "%25", "%252e", ";", "+", "*", "$", "{db}", "{0}", "~", "é", " ", "' OR 1=1 --", "",
    ];

    [Fact]
    public Task Names_in_paths() => FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
    {
        // What may succeed with a name of the shop's own would take it away.
        var route = ApiRoute.All[run.Random.Next(ApiRoute.All.Count)];
        var method = run.Random.Next(3) > 0 ? "GET" : run.Pick(["OPTIONS", "TRACE", "PUT", "BREW"]);
        var path = string.Concat(route.Template.Split('/').Skip(1).Select(part => $"/{(part.StartsWith('{') || run.Random.Next(8) == 0 ? Name(run) : part)}"));
        await run.SendAsync(() => $"{method} {path}", () => shop.Owner.SendAsync(method, path, null));
    });

    [Fact]
    public Task Query_strings()
    {
        string[] names = ["limit", "offset", "sort", "order", "fields", "count", "$limit", "$count", "name", "age", "photo", "active", "score", "id",
            "created_at", "x", ""];
        string[] values = ["1", "0", "-1", "asc", "desc", "none", "name", "id,name", "true", "AAEC", "0.5", "9223372036854775807", "1e308", "%",
            "%zz", "%F0%9F", "%00", "+", "%2B", "&", "=", "'", "\"", "*", ""];
        string[] paths = [Shop.Customers, $"{Shop.Customers}/1", "/api/v1/databases", "/api/v1/databases/shop/tables", "/api/v1/account/audit", "/api/v1/account/usage",
            "/api/v1/databases/shop/tables/customers/schema", "/api/v1/databases/shop/tables/customers/export", "/api/v1/databases/shop/tables/customers/aggregate", "/health"];

        return FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
        {
            var query = string.Join('&', Enumerable.Range(0, run.Random.Next(1, 6))
                .Select(_ => $"{run.Pick(names)}{run.Pick(["=", "", "=="])}{(run.Random.Next(4) == 0 ? Noise(run) : run.Pick(values))}"));
            var path = $"{run.Pick(paths)}?{query}";
            await run.SendAsync(() => path, () => shop.Owner.GetAsync(path));
        });
    }

    [Fact]
    public Task Keys_and_tokens()
    {
        string[] schemes = ["Bearer ", "bearer ", "ApiKey ", "APIKEY\t", "Basic ", "Bearer", "", " "];

        return FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
        {
            string[] good = [shop.Owner.Token, shop.Key.Text, .. shop.Owner.Token.Split('.'), shop.Key.Text[..13], "e30.e30.e30", Forged(run, shop.Owner.Id)];
            var chosen = run.Pick(good);
            var credential = run.Pick(schemes) + (run.Random.Next(3) == 0 ? Ascii(run) : run.Mutate(chosen));
            var isGood = credential.TrimEnd().EndsWith(shop.Owner.Token, StringComparison.Ordinal) || credential.TrimEnd().EndsWith(shop.Key.Text, StringComparison.Ordinal);
            await run.SendAsync(() => credential, () => new Visitor(Nebula, credential).GetAsync($"{Shop.Customers}/1"), answer =>
                Assert.True(isGood || SameToken(credential, shop.Owner.Token) || answer.Status is 400 or 401, $"It opens: {answer.Status} {answer.Body}"));
        });
    }

    [Fact]
    public Task Headers()
    {
        string[] headers = ["If-Match", "If-None-Match", "Accept", "Content-Type", "X-Request-Id", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "Range", "Content-Encoding",
            "Accept-Encoding", "Prefer", "Idempotency-Key", "Expect", "Cookie", "Host", "X-HTTP-Method-Override", "Forwarded"];
        string[] values = ["*", "\"x\"", "W/\"x\"", "application/problem+json", "\"a\", \"b\"", "", "text/csv", "application/json; charset=utf-16", "gzip", "return=minimal", "127.0.0.1", "null", "bytes=0-"];

        return FuzzRun.RunAsync(OpenShopAsync, async (run, shop) =>
        {
            var sent = Enumerable.Range(0, run.Random.Next(1, 4)).Select(_ => (run.Pick(headers), run.Random.Next(3) > 0 ? run.Pick(values) : Ascii(run))).ToArray();
            var (method, body) = run.Random.Next(3) switch { 0 => ("GET", (object?)null), 1 => ("PUT", new { name = "x" }), _ => ("POST", new { name = "x" }) };
            var path = method == "POST" ? Shop.Customers : $"{Shop.Customers}/1";
            await run.SendAsync(() => $"{method} {string.Join(" | ", sent)}", () => shop.Owner.SendAsync(method, path, body, sent));
        });
    }

    /// <summary>The last letter of a signature has bits that say nothing, so that another one can be the same signature.</summary>
    private static bool SameToken(string credential, string token) =>
        credential.Length > token.Length && credential.TrimEnd()[^token.Length..][..^1] == token[..^1];

    /// <summary>A token that is well signed, of claims that nobody was given.</summary>
    private static string Forged(FuzzRun run, string id)
    {
        var claims = Jwt.Claims(id);
        var claim = run.Pick([.. claims.Keys]);
        claims[claim] = run.Random.Next(6) switch { 0 => -1, 1 => long.MaxValue, 2 => 1e300, 3 => new[] { 1 }, 4 => new { x = 1 }, _ => "\0'\"" };
        return Jwt.Sign(claims, secret: run.Random.Next(2) == 0 ? TestServer.JwtSecret : "another-Secret-0f-thirty-2-bytes-or-more");
    }

    private static string Name(FuzzRun run) => run.Random.Next(4) == 0 ? Noise(run) : string.Concat(Enumerable.Range(0, run.Random.Next(1, 3)).Select(_ => run.Pick(_names)));

    private static string Noise(FuzzRun run) => string.Concat(run.Bytes(run.Random.Next(1, 20)).Select(b => $"%{b:X2}"))
        .Replace("%00", "%01", StringComparison.Ordinal);

    private static string Ascii(FuzzRun run) => new([.. Enumerable.Range(0, run.Random.Next(0, 80)).Select(_ => (char)run.Random.Next(0x20, 0x7F))]);
}
