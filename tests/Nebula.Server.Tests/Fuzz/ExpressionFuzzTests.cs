using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>
/// Every place that takes a name or an expression, with texts of the language's own pieces in any order, and with texts that broke somebody. Each test prints its seed;
/// <c>NEBULA_TEST_SEED</c> runs it again.
/// </summary>
public sealed class ExpressionFuzzTests : IAsyncLifetime
{
    private static readonly string[] _pieces =
    [
        "name", "title", "ms", "price", "id", "album", "album.artist", "album.artist.name", "tracks.name", "tracks", "sales.total", "artists", "boss.boss.name", "\"name\"", "\"a\"\"b\"", "none",
        "=", "!=", "<", "<=", ">", ">=", "~", "!~", "^=", "$=", "and", "or", "not", "&&", "||", "!", "in", "between", "like", "ilike", "is", "null", "true", "@now", "@today", "@",
        "(", ")", ",", ".", "..", ":", ":nullslast", "-", "--", "/*", ";", "'", "\"", "'x'", "'%'", "'\\'", "''", "1", "-1", "1.5", "1e999", "99999999999999999999", "0x10", "2026-11-23",
        "lower(", "year(", "abs(", "coalesce(", "round(", "count(", "sum(", "count()", "sum(ms)", "distinct", "limit=1", "sort=", "filter=", "fields=", "expand=", "*", "\0", "é", "😀", "\u202E", "ı",
        "' OR 1=1 --", "\"; DROP TABLE tracks; --", "sqlite_schema", "_nebula_tables", "rowid", "(SELECT 1)", "UNION SELECT", "load_extension('x')", "randomblob(1e9)", "$1", "?1", "@p", "\\", " ",
    ];

    private static readonly string[] _lists =
    [
        "filter=", "sort=", "fields=", "expand=", "search=", "cursor=", "$filter=", "expand=album(filter=", "expand=sales(sort=", "sort=-album.", "fields=album.", "limit=1&filter=", "count=estimated&filter=", "name=",
    ];

    private TestServer? _server;

    private TestServer Nebula => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new() { ["LOG_LEVEL"] = "error", ["NEBULA_QUERY_TIMEOUT_MS"] = "2000" });

    public ValueTask DisposeAsync() => Nebula.DisposeAsync();

    [Fact]
    public async Task Reading()
    {
        var (random, shop) = (FuzzRun.Seed(), await MusicShop.OpenAsync(Nebula));
        string[] tables = ["artists", "albums", "tracks", "sales"];

        await FuzzRun.RepeatAsync(async () =>
        {
            var table = FuzzRun.Pick(random, tables);
            var path = random.Next(4) switch
            {
                0 => $"{MusicShop.Table(table)}/aggregate?{FuzzRun.Pick(random, ["select=", "group=", "having=", "sort=", "filter=", "group=album_id&having=", "select=sum(ms)&sort="])}{Text(random)}",
                1 => $"{MusicShop.Table(table)}/export?{FuzzRun.Pick(random, ["format=", "fields=", "filter=", "format=csv&filter="])}{Text(random)}",
                2 => $"{MusicShop.Records(table)}/1?{FuzzRun.Pick(random, ["fields=", "expand="])}{Text(random)}",
                _ => $"{MusicShop.Records(table)}?{FuzzRun.Pick(random, _lists)}{Text(random)}",
            };
            Check(await shop.Owner.GetAsync(path), path);
        });

        Assert.Equal(new long[] { 3, 4, 5, 5 }, new[] { await CountAsync(shop, "artists"), await CountAsync(shop, "albums"), await CountAsync(shop, "tracks"), await CountAsync(shop, "sales") });
    }

    [Fact]
    public async Task Writing()
    {
        var (random, shop) = (FuzzRun.Seed(), await MusicShop.OpenAsync(Nebula));

        await FuzzRun.RepeatAsync(async () =>
        {
            var text = Plain(random);
            var (method, path, body) = random.Next(7) switch
            {
                0 => ("POST", $"{MusicShop.Records("tracks")}?on_conflict={Text(random)}", (object)new { name = text }),
                1 => ("PATCH", $"{MusicShop.Records("tracks")}?max_affected=1&filter={Text(random)}", new { name = text }),
                2 => ("DELETE", $"{MusicShop.Records("tracks")}?max_affected=0&filter={Text(random)}", new { }),
                3 => ("POST", $"{MusicShop.Database}/tables", new { table_name = text, columns = new[] { new { name = text, type = text } } }),
                4 => ("POST", $"{MusicShop.Database}/tables", new { table_name = $"t{random.Next(1_000_000)}", columns = new[] { new { name = "a", type = "TEXT", @default = text } }, indexes = new[] { new { name = text, columns = new[] { "a" }, where = Plain(random) } } }),
                5 => ("POST", $"{MusicShop.Database}/tables", new { table_name = $"t{random.Next(1_000_000)}", columns = new[] { new { name = "a", type = "TEXT", check = new { pattern = text, one_of = new[] { text } }, references = (object?)(random.Next(2) == 0 ? new { table = text, column = text, @as = text } : null) } } }),
                _ => ("POST", $"{MusicShop.Records("tracks")}", new Dictionary<string, object?> { [text] = text, ["name"] = text }),
            };
            Check(await shop.Owner.SendAsync(method, path, method == "DELETE" ? null : body), $"{method} {path} {System.Text.Json.JsonSerializer.Serialize(body)}");
        });

        Assert.Equal((3, 4), (await CountAsync(shop, "artists"), await CountAsync(shop, "albums")));
    }

    private static async Task<long> CountAsync(MusicShop shop, string table) =>
        (await shop.Owner.GetAsync($"{MusicShop.Records(table)}?limit=1")).ShouldBe(200)["pagination"].Number("total");

    private static void Check(Answer answer, string request)
    {
        Assert.True(answer.Status is < 500 or 504, $"{request}: {answer.Status} {answer.Body}");
        if (answer.Status >= 400)
            Assert.NotEmpty(answer.Text("code"));
    }

    private static string Text(Random random) => Uri.EscapeDataString(Plain(random));

    private static string Plain(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 12); i > 0; i--)
            text.Append(FuzzRun.Pick(random, _pieces)).Append(random.Next(3) == 0 ? "" : " ");
        return text.ToString();
    }
}
