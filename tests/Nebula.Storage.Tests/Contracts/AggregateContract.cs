using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Counting, summing and grouping give the same groups, byte for byte, on any engine.</summary>
public abstract class AggregateContract(StorageFixture storage)
{
    [Theory]
    [InlineData("tracks", "", """[{"count":5}]""")]
    [InlineData("tracks", "select=count(price),count(distinct price),sum(price),avg(ms),min(name),max(price)", """[{"count_price":4,"count_distinct_price":2,"sum_price":"4.56","avg_ms":311600,"min_name":"Hells Bells","max_price":"1.29"}]""")]
    [InlineData("tracks", "select=avg(price)&album_id=1", """[{"avg_price":0.99}]""")]
    [InlineData("tracks", "select=sum(ms),count(),min(price),avg(ms)&filter=id > 99", """[{"sum_ms":null,"count":0,"min_price":null,"avg_ms":null}]""")]
    [InlineData("tracks", "select=count()&group=name&filter=id > 99", "[]")]
    [InlineData("sales", "select=count(),sum(total)&group=country,year(at)", """[{"country":null,"year":2026,"count":1,"sum_total":"5.00"},{"country":"Chile","year":2026,"count":1,"sum_total":"1.29"},{"country":"Norway","year":2025,"count":2,"sum_total":"2.99"},{"country":"Norway","year":2026,"count":1,"sum_total":"1.29"}]""")]
    [InlineData("sales", "select=sum(total)&group=track.album.artist.name&sort=-sum_total&limit=2", """[{"track.album.artist.name":null,"sum_total":"5.00"},{"track.album.artist.name":"AC/DC","sum_total":"4.28"}]""")]
    [InlineData("sales", "group=country&having=count > 1&select=count()", """[{"country":"Norway","count":3}]""")]
    [InlineData("sales", "group=country&having=sum_total > 1.28 and not country is null&select=sum(total)&sort=-sum_total", """[{"country":"Norway","sum_total":"4.28"},{"country":"Chile","sum_total":"1.29"}]""")]
    [InlineData("sales", "group=year(at),month(at)&select=count()&offset=1&limit=1", """[{"year":2025,"month":6,"count":1}]""")]
    [InlineData("sales", "group=lower(country)&select=count()&sort=-count,lower:nullslast&limit=1", """[{"lower":"norway","count":3}]""")]
    [InlineData("sales", "select=min(at),max(at),min(day),max(day)", """[{"min_at":"2025-01-05T00:00:00.000Z","max_at":"2026-03-02T00:00:00.000Z","min_day":"2025-01-06","max_day":"2026-03-02"}]""")]
    [InlineData("sales", "select=sum(weight),avg(weight),min(weight),max(weight),count(weight)", """[{"sum_weight":-0.25,"avg_weight":-0.08333333333333333,"min_weight":-2,"max_weight":1.25,"count_weight":3}]""")]
    [InlineData("sales", "group=paid&select=count()", """[{"paid":null,"count":2},{"paid":false,"count":1},{"paid":true,"count":2}]""")]
    [InlineData("sales", "group=date(at)&select=count()&limit=1&sort=-date", """[{"date":"2026-03-02","count":1}]""")]
    [InlineData("sales", "group=day&select=count(distinct country)&having=day is not null", """[{"day":"2025-01-06","count_distinct_country":1},{"day":"2026-03-02","count_distinct_country":1}]""")]
    [InlineData("albums", "select=count()&filter=tracks.ms > 310000&group=artist.name", """[{"artist.name":"AC/DC","count":2}]""")]
    public async Task Records_are_counted_summed_and_grouped(string table, string query, string groups)
    {
        var database = await MusicAsync();

        Assert.Equal(groups, await database.Table(table).AggregateAsync(query).Succeeds());
    }

    [Fact]
    public async Task A_sum_beyond_64_bits_is_an_overflow_and_an_average_is_not()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "d DECIMAL(18,2)");
        (await table.InsertManyAsync("""[{"n": 9223372036854775807, "d": "9999999999999999.99"}, {"n": 1, "d": "0.01"}]""").Succeeds()).Dispose();

        await table.AggregateAsync("select=sum(n)").FailsWith(ErrorCodes.Overflow);
        Assert.Equal("""[{"sum_n":1}]""", await table.AggregateAsync("select=sum(n)&filter=n < 2").Succeeds());
        Assert.Equal("""[{"avg_n":4.611686018427388E+18}]""", await table.AggregateAsync("select=avg(n)").Succeeds());
        Assert.Equal("""[{"sum_d":"10000000000000000.00"}]""", await table.AggregateAsync("select=sum(d)").Succeeds());
    }

    [Fact]
    public async Task Text_is_grouped_and_ordered_by_its_bytes()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("t TEXT");
        foreach (var text in new[] { "b", "a", "B", "é", "e\u0301", "a ", "" })
            await table.AddAsync($$"""{"t": "{{text}}"}""");

        var groups = JsonNode.Parse(await table.AggregateAsync("select=count()&group=t").Succeeds())!.AsArray(); // an array
        Assert.Equal(["", "B", "a", "a ", "b", "e\u0301", "é"], groups.Select(g => g?["t"]?.GetValue<string>()));
        Assert.Equal("""[{"min_t":"","max_t":"é"}]""", await table.AggregateAsync("select=min(t),max(t)").Succeeds());
    }

    [Theory]
    [InlineData("select=median(ms)", ErrorCodes.InvalidParameter)]
    [InlineData("select=sum(name)", ErrorCodes.InvalidParameter)]
    [InlineData("limit=0", ErrorCodes.InvalidParameter)]
    [InlineData("group=none", ErrorCodes.InvalidFilter)]
    [InlineData("having=ms > 1", ErrorCodes.InvalidFilter)]
    public async Task What_makes_no_sense_is_refused(string query, string code)
    {
        var database = await MusicAsync();

        await database.Table("tracks").AggregateAsync(query).FailsWith(code);
    }

    private async Task<TestDatabase> MusicAsync() => await (await storage.Services.AddTenantAsync()).AddMusicAsync();
}
