using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Malformed JSON (depth, duplicate keys, NaN, huge numbers, lone surrogates, BOM) → 400."</summary>
public sealed class MalformedJsonTests(SharedServer shared) : ServerTests(shared)
{
    private static readonly string[] _malformed =
    [
        Deep("[", "]", 65), Deep("{\"name\":", "}", 65), Deep("[", "", 50_000), Deep("{\"name\":", "", 5_000), "{\"name\": " + Deep("[", "]", 64) + "}",
        "{\"name\": NaN}", "{\"name\": Infinity}", "{\"name\": -Infinity}", "{\"name\": nan}", "{\"name\": undefined}", "{\"name\": 0x10}",
        "{\"name\": 01}", "{\"name\": +1}",
        "{\"name\": .5}", "{\"name\": 1.}", "{\"name\": 1e}", "{\"name\": --1}", "{\"name\": 1_000}",
        "\uFEFF{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}\uFEFF", "\0{\"name\": \"Ada\"}", "{\"name\": \"Ada\"}\0",
        "{\"name\": \"\\x41\"}", "{\"name\": \"\\u12\"}", "{\"name\": \"\\u{41}\"}", "{\"name\": \"a\nb\"}", "{\"name\": \"a\tb\"}",
        "{\"name\": 'Ada'}", "{name: \"Ada\"}",
        "{\"name\": \"Ada\"} {}", "{\"name\": \"Ada\"},", "{\"name\": \"Ada\"}]", "{\"name\": \"Ada\",}", "{,\"name\": \"Ada\"}",
        "{\"name\" \"Ada\"}", "{\"name\": \"Ada\" \"age\": 1}",
        "{\"name\": /* Ada */ \"Ada\"}", "# {}", "{\"name\": \"Ada\"", "{\"name\": \"Ada", "{\"name\": tru", "{\"na", "[1,", "nul",
    ];

    private static readonly byte[][] _notUtf8 =
    [
        [.. "{\"name\": \""u8, 0xFF, .. "\"}"u8],
        [.. "{\"name\": \""u8, 0xC0, 0xAF, .. "\"}"u8], // an overlong slash
        [.. "{\"name\": \""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], // half of a surrogate pair
        [.. "{\"name\": \""u8, 0xF4, 0x90, 0x80, 0x80, .. "\"}"u8], // beyond the last character
        [.. "{\"name\": \""u8, 0xE2, 0x82, .. "\"}"u8],
        [.. "{\"na"u8, 0x80, .. "me\": \"Ada\"}"u8],
        Encoding.Unicode.GetBytes("{\"name\": \"Ada\"}"),
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"name\": \"Ada\"}")],
        Encoding.UTF32.GetBytes("{\"name\": \"Ada\"}"),
        [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0x53, 0x50, 0x50, 0, 0],
    ];

    public static TheoryData<string> Routes => ApiRoute.Where(r => r.TakesJson);

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task What_is_malformed_is_invalid_json_and_changes_nothing(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var body in _malformed)
            (await shop.Owner.SendAsync(route.Method, route.In(shop), body)).ShouldBe(400, "invalid_json");
        foreach (var body in _notUtf8)
            (await shop.Owner.SendAsync(route.Method, route.In(shop), body)).ShouldBe(400, "invalid_json");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Half_a_surrogate_pair_is_refused_wherever_it_stands(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var member in new[] { "name", "db_name", "table_name", "email", "columns", "\\ud800", "x\\udfff" })
        {
            foreach (var value in new[] { "\"\\ud800\"", "\"\\udc00\\ud800\"", "[{\"name\": \"\\ud800\", \"type\": \"TEXT\"}]",
                "[{\"name\": \"a\", \"type\": \"\\udc00\"}]", "[{\"\\ud800\": 1}]", "1" })
                Assert.Equal(400, (await shop.Owner.SendAsync(route.Method, route.In(shop), $"{{\"{member}\": {value}}}")).Status);
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_member_given_twice_is_refused(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var member in new[] { "name", "db_name", "table_name", "email" })
        {
            Assert.Equal(400, (await shop.Owner.SendAsync(route.Method, route.In(shop), $"{{\"{member}\": \"a\", \"{member}\": \"b\"}}")).Status);
            Assert.Equal(400, (await shop.Owner.SendAsync(route.Method, route.In(shop),
                $"{{\"{member}\": \"a\", \"\\u00{(int)member[0]:x2}{member[1..]}\": \"b\"}}")).Status);
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task A_number_of_any_length_costs_nothing()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var digits = new string('9', 1_000_000);

        foreach (var number in new[] { digits, $"-{digits}", $"0.{digits}", $"1e{digits}", $"1e-{digits}", $"{digits}e-999999", $"{digits}e{digits}" })
        {
            var started = TimeProvider.System.GetTimestamp();
            Assert.Equal(400, (await shop.Owner.PostAsync(Shop.Customers, $"{{\"age\": {number}}}")).Status);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task Very_many_members_cost_little_and_the_answer_stays_small()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var members = string.Join(',', Enumerable.Range(0, 30_000).Select(i => $"\"unknown_{i}\":{i}"));

        foreach (var (path, code) in new[] { (Shop.Customers, "invalid_record"), ("/api/v1/databases/shop/tables", "invalid_schema") })
        {
            var answer = (await shop.Owner.PostAsync(path, $"{{{members}}}")).ShouldBe(400, code);
            Assert.InRange(answer.Bytes.Length, 1, 100_000);
        }
    }

    [Fact]
    public async Task A_malformed_line_of_an_import_is_told_by_its_number_and_imports_nothing()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var line in _malformed.Where(body => !body.Contains('\n', StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes).Concat(_notUtf8.Where(body => !body.Contains((byte)'\n'))))
        {
            var answer = (await shop.Owner.PostAsync("/api/v1/databases/shop/tables/customers/import", new Upload("application/x-ndjson", [.. "{\"name\": \"Bob\"}\n"u8, .. line])))
                .ShouldBe(400, "invalid_record");
            Assert.StartsWith("line 2", answer.Details[0].Field, StringComparison.Ordinal);
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    private static string Deep(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + (open[0] == '{' ? "1" : "") + string.Concat(Enumerable.Repeat(close, depth));
}
