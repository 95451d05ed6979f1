using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class ListTests(SharedServer shared) : ServerTests(shared)
{
    private static readonly string[] _names = ["Eve", "ada", "Bob", "Ada", "", "Zoë", "Bob", "zed", "B", "bob"];

    [Fact]
    public async Task A_list_has_its_records_and_tells_the_page()
    {
        var (owner, records) = await OpenAsync();

        var answer = (await owner.GetAsync(records)).ShouldBe(200);

        Assert.Equal(["records", "pagination"], answer.Json.Names());
        Assert.Equal("""{"total":10,"limit":100,"offset":0}""", answer["pagination"].GetRawText());
        Assert.Equal(_names, answer.Json.List("records").Select(r => r.Text("name")));
        var first = answer.Json.List("records").First();
        Assert.Equal(["id", "name", "age", "active", "score", "photo", "created_at", "updated_at"], first.Names());
        Assert.Equal((await owner.GetAsync($"{records}/1")).Body, first.GetRawText());
        Assert.Null(answer.Header("ETag"));
    }

    [Fact]
    public async Task An_empty_table_has_an_empty_list()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        Assert.Equal("""{"records":[],"pagination":{"total":0,"limit":100,"offset":0}}""", (await owner.GetAsync(records)).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("limit=3", "1 2 3", 10)]
    [InlineData("limit=3&offset=8", "9 10", 10)]
    [InlineData("offset=10", "", 10)]
    [InlineData("offset=9223372036854775807", "", 10)]
    [InlineData("limit=1000", "1 2 3 4 5 6 7 8 9 10", 10)]
    [InlineData("order=desc", "10 9 8 7 6 5 4 3 2 1", 10)]
    [InlineData("order=DESC&limit=2", "10 9", 10)]
    [InlineData("sort=id&order=asc&limit=2", "1 2", 10)]
    [InlineData("sort=name", "5 4 9 3 7 1 6 2 10 8", 10)] // bytewise; 3 and 7 by the key
    [InlineData("sort=name&order=desc", "8 10 2 6 1 7 3 9 4 5", 10)]
    [InlineData("sort=NAME&limit=2", "5 4", 10)]
    [InlineData("sort=age&limit=5", "10 1 2 3 4", 10)] // nulls first ascending
    [InlineData("sort=age&order=desc&limit=2", "9 8", 10)]
    [InlineData("name=Bob", "3 7", 2)]
    [InlineData("name=bob", "10", 1)]
    [InlineData("NAME=Bob&order=desc", "7 3", 2)]
    [InlineData("name=", "5", 1)]
    [InlineData("name=Zo%C3%AB", "6", 1)]
    [InlineData("name=Bob&age=2", "3", 1)]
    [InlineData("name=Bob&limit=1", "3", 2)]
    [InlineData("name=Bob&limit=1&offset=1", "7", 2)]
    [InlineData("name=nobody", "", 0)]
    [InlineData("id=4", "4", 1)]
    [InlineData("age=-0", "1", 1)]
    [InlineData("active=true&limit=3", "2 4 6", 5)]
    [InlineData("active=0&limit=3", "1 3 5", 5)]
    [InlineData("active=FALSE&limit=1", "1", 5)]
    [InlineData("score=0.5", "2", 1)]
    [InlineData("score=5e-1", "2", 1)]
    [InlineData("photo=AQ%3D%3D", "2", 1)]
    [InlineData("$limit=1&$offset=1&$sort=name&$order=asc", "4", 10)]
    public async Task Records_are_chosen_sorted_and_paged(string query, string ids, int total)
    {
        var (owner, records) = await OpenAsync();

        var answer = (await owner.GetAsync($"{records}?{query}")).ShouldBe(200);

        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries), answer.Json.List("records").Select(r => $"{r.Number("id")}"));
        Assert.Equal(total, answer["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("limit=0", "limit out_of_range")]
    [InlineData("limit=1001", "limit out_of_range")]
    [InlineData("limit=-5", "limit out_of_range")]
    [InlineData("limit=ten", "limit wrong_type")]
    [InlineData("limit=", "limit wrong_type")]
    [InlineData("limit=1.5", "limit wrong_type")]
    [InlineData("limit=%201", "limit wrong_type")]
    [InlineData("limit=1&limit=2", "limit duplicate")]
    [InlineData("limit=1&$limit=2", "$limit duplicate")]
    [InlineData("offset=-1", "offset out_of_range")]
    [InlineData("offset=9223372036854775808", "offset out_of_range")]
    [InlineData("sort=none", "sort unknown_column")]
    [InlineData("sort=", "sort unknown_column")]
    [InlineData("order=down", "order invalid")]
    [InlineData("order=", "order invalid")]
    [InlineData("fields=", "fields unknown_column")]
    [InlineData("fields=id,none,also", "fields unknown_column", "fields unknown_column")]
    [InlineData("fields=*", "fields unknown_column")]
    [InlineData("nmae=Ada", "nmae unknown_parameter")]
    [InlineData("=Ada", " unknown_parameter")]
    [InlineData("page=2", "page unknown_parameter")]
    [InlineData("age=x", "age wrong_type")]
    [InlineData("age=", "age wrong_type")]
    [InlineData("age=1.5", "age wrong_type")]
    [InlineData("age=9223372036854775808", "age out_of_range")]
    [InlineData("score=NaN", "score wrong_type")]
    [InlineData("score=1e999", "score out_of_range")]
    [InlineData("active=yes", "active wrong_type")]
    [InlineData("active=2", "active wrong_type")]
    [InlineData("photo=%3F", "photo not_base64")]
    [InlineData("name=a&name=b", "name duplicate")]
    [InlineData("name=a&NAME=b", "NAME duplicate")]
    [InlineData("count=some", "count invalid")]
    [InlineData("limit=0&sort=x&y=1&age=z", "limit out_of_range", "sort unknown_column", "y unknown_parameter", "age wrong_type")]
    public async Task Every_offending_parameter_is_named(string query, params string[] details)
    {
        var (owner, records) = await OpenAsync();

        var answer = await owner.GetAsync($"{records}?{query}");

        answer.ShouldBe(400, "invalid_parameter", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }

    [Fact]
    public async Task Fields_choose_columns_in_their_order_each_once()
    {
        var (owner, records) = await OpenAsync();

        var record = (await owner.GetAsync($"{records}?limit=1&fields=age,ID,%20name,age")).ShouldBe(200).Json.List("records").Single();

        Assert.Equal("""{"age":0,"id":1,"name":"Eve"}""", record.GetRawText());
    }

    [Fact]
    public async Task The_total_can_be_left_out()
    {
        var (owner, records) = await OpenAsync();

        foreach (var query in new[] { "count=none", "$count=none", "count=none&name=Bob" })
            Assert.Equal("null", (await owner.GetAsync($"{records}?{query}")).ShouldBe(200)["pagination"].GetProperty("total").GetRawText());
        Assert.Equal(10, (await owner.GetAsync($"{records}?count=exact"))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Without_a_limit_a_hundred_are_given()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("n INTEGER");
        await Task.WhenAll(Enumerable.Range(0, 103).Select(i => owner.AddAsync(records, new { n = i })));

        var answer = await owner.GetAsync(records);

        Assert.Equal(100, answer["records"].GetArrayLength());
        Assert.Equal(103, answer["pagination"].Number("total"));
        Assert.Equal(3, (await owner.GetAsync($"{records}?offset=100"))["records"].GetArrayLength());
    }

    [Fact]
    public async Task The_total_follows_every_write()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        async Task<long> TotalAsync(string query = "") => (await owner.GetAsync($"{records}?limit=1{query}"))["pagination"].Number("total");

        Assert.Equal(0, await TotalAsync());
        await owner.AddAsync(records, new { name = "Ada" });
        await owner.AddAsync(records, new { name = "Eve" });
        Assert.Equal((2, 1), (await TotalAsync(), await TotalAsync("&name=Eve")));
        await owner.PutAsync($"{records}/1", new { name = "Eve" });
        Assert.Equal((2, 2), (await TotalAsync(), await TotalAsync("&name=Eve")));
        await owner.DeleteAsync($"{records}/1");
        await owner.DeleteAsync($"{records}/1");
        Assert.Equal((1, 1), (await TotalAsync(), await TotalAsync("&name=Eve")));
    }

    [Fact]
    public async Task Only_the_five_words_beat_a_column_of_their_name()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("limit INTEGER", "sort TEXT", "count INTEGER", "cursor TEXT", "filter TEXT");
        await owner.AddAsync(records, new Dictionary<string, object> { ["limit"] = 7, ["sort"] = "a", ["count"] = 1, ["cursor"] = "x", ["filter"] = "y" });
        await owner.AddAsync(records, new Dictionary<string, object> { ["limit"] = 8, ["sort"] = "b", ["count"] = 2, ["cursor"] = "x", ["filter"] = "z" });

        Assert.Equal(2, (await owner.GetAsync($"{records}?limit=7"))["records"].GetArrayLength());
        Assert.Equal(2, (await owner.GetAsync($"{records}?sort=limit&order=desc"))["records"][0].Number("id"));
        (await owner.GetAsync($"{records}?sort=a")).ShouldBe(400, "invalid_parameter", ("sort", "unknown_column"));
        Assert.Equal(2, Assert.Single((await owner.GetAsync($"{records}?count=2&cursor=x&filter=z")).Json.List("records")).Number("id"));
        Assert.Equal(1, Assert.Single((await owner.GetAsync($"{records}?$filter=%22count%22%20=%201")).Json.List("records")).Number("id"));
        Assert.Equal("null", (await owner.GetAsync($"{records}?count=2&$count=none"))["pagination"].GetProperty("total").GetRawText());
    }

    [Fact]
    public async Task A_list_by_cursor_never_ends_for_want_of_one()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT");
        await owner.AddAsync(records, new { name = new string('a', 7000) });
        await owner.AddAsync(records, new { name = new string('b', 7000) });

        (await owner.GetAsync($"{records}?sort=name&limit=1&cursor=")).ShouldBe(400, "invalid_parameter", ("sort", "too_long"));
        (await owner.GetAsync($"{records}?limit=1&cursor=")).ShouldBe(200);
        (await owner.GetAsync($"{records}?sort=name&limit=1")).ShouldBe(200);
    }

    [Fact]
    public async Task A_single_record_takes_fields_and_no_other_parameter()
    {
        var (owner, records) = await OpenAsync();

        Assert.Equal("""{"name":"Eve","id":1}""", (await owner.GetAsync($"{records}/1?fields=name,id")).ShouldBe(200).Body);
        (await owner.GetAsync($"{records}/1?fields=none")).ShouldBe(400, "invalid_parameter", ("fields", "unknown_column"));
        (await owner.GetAsync($"{records}/1?fields=id&fields=name")).ShouldBe(400, "invalid_parameter", ("fields", "duplicate"));
        (await owner.GetAsync($"{records}/1?limit=1&name=Eve"))
            .ShouldBe(400, "invalid_parameter", ("limit", "unknown_parameter"), ("name", "unknown_parameter"));
        (await owner.GetAsync($"{records}/1?")).ShouldBe(200);
    }

    private async Task<(Owner Owner, string Records)> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER", "active BOOLEAN", "score REAL", "photo BLOB");
        for (var i = 0; i < _names.Length; i++)
            await owner.AddAsync(records, new { name = _names[i], age = i == 9 ? (int?)null : i, active = i % 2 == 1, score = i / 2.0,
                photo = new[] { (byte)i } });
        return (owner, records);
    }
}
