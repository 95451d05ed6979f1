using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class AggregateTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("tracks", "", """[{"count":5}]""")]
    [InlineData("tracks", "select=count(price),count(distinct%20price),sum(price),avg(ms),min(name),max(price)", """[{"count_price":4,"count_distinct_price":2,"sum_price":"4.56","avg_ms":311600,"min_name":"Hells Bells","max_price":"1.29"}]""")]
    [InlineData("tracks", "select=avg(price)&album_id=1", """[{"avg_price":0.99}]""")]
    [InlineData("tracks", "select=sum(ms)&filter=id%20%3E%2099", """[{"sum_ms":null}]""")]
    [InlineData("sales", "select=count(),sum(total)&group=country,year(at)", """[{"country":null,"year":2026,"count":1,"sum_total":"5.00"},{"country":"Chile","year":2026,"count":1,"sum_total":"1.29"},{"country":"Norway","year":2025,"count":2,"sum_total":"2.99"},{"country":"Norway","year":2026,"count":1,"sum_total":"1.29"}]""")]
    [InlineData("sales", "select=sum(total)&group=track.album.artist.name&sort=-sum_total&limit=2", """[{"track.album.artist.name":null,"sum_total":"5.00"},{"track.album.artist.name":"AC/DC","sum_total":"4.28"}]""")]
    [InlineData("sales", "group=country&having=count%20%3E%201&select=count()", """[{"country":"Norway","count":3}]""")]
    [InlineData("sales", "group=country&having=sum_total%20%3E%201.28%20and%20not%20country%20is%20null&select=sum(total)&sort=-sum_total", """[{"country":"Norway","sum_total":"4.28"},{"country":"Chile","sum_total":"1.29"}]""")]
    [InlineData("sales", "group=year(at),month(at)&select=count()&offset=1&limit=1", """[{"year":2025,"month":6,"count":1}]""")]
    [InlineData("sales", "group=lower(country)&select=count()&sort=-count,lower:nullslast&limit=1", """[{"lower":"norway","count":3}]""")]
    public async Task Records_are_counted_summed_and_grouped(string table, string query, string groups)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        Assert.Equal(groups, await shop.AggregateAsync(table, query));
    }

    [Theory]
    [InlineData("select=median(ms)", "select", "invalid")]
    [InlineData("select=sum(name)", "select", "wrong_type")]
    [InlineData("select=sum(distinct%20ms)", "select", "invalid")]
    [InlineData("select=count(),count()", "select", "duplicate")]
    [InlineData("select=count()&sort=sum_ms", "sort", "unknown_column")]
    [InlineData("limit=0", "limit", "out_of_range")]
    [InlineData("none=1", "none", "unknown_parameter")]
    public async Task A_faulty_parameter_is_named(string query, string field, string code)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await shop.Owner.GetAsync($"{MusicShop.Table("tracks")}/aggregate?{query}")).ShouldBe(400, "invalid_parameter", (field, code));
    }

    [Theory]
    [InlineData("select=sum(mss)")]
    [InlineData("group=none")]
    [InlineData("group=sales.country")]
    [InlineData("having=ms%20%3E%201")]
    [InlineData("filter=ms%20%3E")]
    public async Task A_faulty_expression_is_refused(string query)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await shop.Owner.GetAsync($"{MusicShop.Table("tracks")}/aggregate?{query}")).ShouldBe(400, "invalid_filter");
    }

    [Fact]
    public async Task A_sum_beyond_64_bits_is_an_overflow()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("n INTEGER");
        await owner.AddAsync(records, new { n = long.MaxValue });
        await owner.AddAsync(records, new { n = 1 });

        (await owner.GetAsync("/api/v1/databases/shop/tables/customers/aggregate?select=sum(n)")).ShouldBe(422, "overflow");
        (await owner.GetAsync("/api/v1/databases/shop/tables/customers/aggregate?select=avg(n)")).ShouldBe(200);
        await owner.AddAsync(records, new { n = long.MinValue });
        (await owner.GetAsync($"{records}?filter=abs(n)%20%3E%201")).ShouldBe(422, "overflow");
    }

    [Fact]
    public async Task A_word_gives_way_to_a_column_of_its_name()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("group TEXT", "n INTEGER");
        await owner.AddAsync(records, new Dictionary<string, object> { ["group"] = "a", ["n"] = 1 });
        await owner.AddAsync(records, new Dictionary<string, object> { ["group"] = "b", ["n"] = 2 });

        var one = await owner.GetAsync("/api/v1/databases/shop/tables/customers/aggregate?group=a&select=sum(n)");
        var each = await owner.GetAsync("/api/v1/databases/shop/tables/customers/aggregate?$group=%22group%22&select=sum(n)");

        Assert.Equal("""{"groups":[{"sum_n":1}]}""", one.ShouldBe(200).Body);
        Assert.Equal("""{"groups":[{"group":"a","sum_n":1},{"group":"b","sum_n":2}]}""", each.ShouldBe(200).Body);
    }
}
