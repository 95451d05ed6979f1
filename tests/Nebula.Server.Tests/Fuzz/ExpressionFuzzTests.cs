using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Every place that takes a name or an expression, with texts of the language's own pieces in any order, and with texts that broke somebody.</summary>
public sealed class ExpressionFuzzTests : FuzzTests
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

    [Fact]
    public Task Reading()
    {
        string[] tables = ["artists", "albums", "tracks", "sales"];

        return FuzzRun.RunAsync(OpenAsync, async (run, shop) =>
        {
            var table = run.Pick(tables);
            var path = run.Random.Next(4) switch
            {
                0 => $"{MusicShop.Table(table)}/aggregate?{run.Pick(["select=", "group=", "having=", "sort=", "filter=", "group=album_id&having=", "select=sum(ms)&sort="])}{Text(run)}",
                1 => $"{MusicShop.Table(table)}/export?{run.Pick(["format=", "fields=", "filter=", "format=csv&filter="])}{Text(run)}",
                2 => $"{MusicShop.Records(table)}/1?{run.Pick(["fields=", "expand="])}{Text(run)}",
                _ => $"{MusicShop.Records(table)}?{run.Pick(_lists)}{Text(run)}",
            };
            await run.SendAsync(() => path, () => shop.Owner.GetAsync(path));
        }, async shop =>
            Assert.Equal(new long[] { 3, 4, 5, 5 }, new[] { await CountAsync(shop, "artists"), await CountAsync(shop, "albums"), await CountAsync(shop, "tracks"), await CountAsync(shop, "sales") }));
    }

    [Fact]
    public Task Writing() => FuzzRun.RunAsync(OpenAsync, async (run, shop) =>
    {
        var (text, random) = (Plain(run), run.Random);
        var (method, path, body) = random.Next(7) switch
        {
            0 => ("POST", $"{MusicShop.Records("tracks")}?on_conflict={Text(run)}", (object)new { name = text }),
            1 => ("PATCH", $"{MusicShop.Records("tracks")}?max_affected=1&filter={Text(run)}", new { name = text }),
            2 => ("DELETE", $"{MusicShop.Records("tracks")}?max_affected=0&filter={Text(run)}", new { }),
            3 => ("POST", $"{MusicShop.Database}/tables", new { table_name = text, columns = new[] { new { name = text, type = text } } }),
            4 => ("POST", $"{MusicShop.Database}/tables", new { table_name = $"t{random.Next(1_000_000)}", columns = new[] { new { name = "a", type = "TEXT", @default = text } }, indexes = new[] { new { name = text, columns = new[] { "a" }, where = Plain(run) } } }),
            5 => ("POST", $"{MusicShop.Database}/tables", new { table_name = $"t{random.Next(1_000_000)}", columns = new[] { new { name = "a", type = "TEXT", check = new { pattern = text, one_of = new[] { text } }, references = (object?)(random.Next(2) == 0 ? new { table = text, column = text, @as = text } : null) } } }),
            _ => ("POST", $"{MusicShop.Records("tracks")}", new Dictionary<string, object?> { [text] = text, ["name"] = text }),
        };
        await run.SendAsync(() => $"{method} {path} {System.Text.Json.JsonSerializer.Serialize(body)}", () => shop.Owner.SendAsync(method, path, method == "DELETE" ? null : body));
    }, async shop => Assert.Equal((3, 4), (await CountAsync(shop, "artists"), await CountAsync(shop, "albums"))));

    [Fact]
    public Task Cursors()
    {
        string[] lists = ["sort=name", "sort=-ms,name", "sort=album.title:nullslast&fields=name", "filter=ms%20%3E%201", "expand=album&sort=price", "sort=album.artist.name&filter=sales.total%20%3E%200"];

        return FuzzRun.RunAsync(
            async () =>
            {
                var shop = await OpenAsync();
                var cursors = new List<string>();
                foreach (var list in lists)
                    cursors.Add((await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}?limit=1&cursor=&{list}")).ShouldBe(200)["pagination"].Text("next_cursor"));
                return (shop.Owner, Cursors: cursors.ToArray());
            },
            async (run, subject) =>
            {
                var (list, cursor) = (run.Random.Next(lists.Length), run.Random.Next(lists.Length));
                var sent = run.Random.Next(4) switch { 0 => subject.Cursors[cursor], 1 => Plain(run), _ => run.Mutate(subject.Cursors[cursor]) };
                var isOwn = sent == subject.Cursors[list] || sent.Length == 0;
                var path = $"{MusicShop.Records("tracks")}?limit=2&{lists[list]}&cursor={Uri.EscapeDataString(sent)}";
                await run.SendAsync(() => path, () => subject.Owner.GetAsync(path), answer =>
                    Assert.True(isOwn ? answer.Status == 200 : answer.Status == 400 && answer.Text("code") == "invalid_cursor", $"{answer.Status} {answer.Body}"));
            });
    }

    private Task<MusicShop> OpenAsync() => MusicShop.OpenAsync(Nebula);

    private static async Task<long> CountAsync(MusicShop shop, string table) =>
        (await shop.Owner.GetAsync($"{MusicShop.Records(table)}?limit=1")).ShouldBe(200)["pagination"].Number("total");

    private static string Text(FuzzRun run) => Uri.EscapeDataString(Plain(run));

    private static string Plain(FuzzRun run)
    {
        var text = new StringBuilder();
        for (var i = run.Random.Next(1, 12); i > 0; i--)
            text.Append(run.Pick(_pieces)).Append(run.Random.Next(3) == 0 ? "" : " ");
        return text.ToString();
    }
}
