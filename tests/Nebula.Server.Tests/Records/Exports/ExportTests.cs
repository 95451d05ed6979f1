using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records.Exports;

public sealed class ExportTests(SharedServer shared) : ServerTests(shared)
{
    private const string Export = "/api/v1/databases/shop/tables/customers/export";

    [Fact]
    public async Task Without_a_format_it_is_a_record_on_each_line_as_in_lists()
    {
        var (owner, records) = await OpenAsync();

        var answer = (await owner.GetAsync(Export)).ShouldBe(200);

        var listed = (await owner.GetAsync(records)).Json.List("records").Select(r => r.GetRawText());
        Assert.Equal(string.Concat(listed.Select(r => r + "\n")), answer.Body);
        Assert.Equal("application/x-ndjson", answer.MediaType);
        Assert.Equal("attachment; filename=customers.ndjson; filename*=UTF-8''customers.ndjson", answer.Header("Content-Disposition"));
    }

    [Fact]
    public async Task As_CSV_a_null_is_nothing_and_an_empty_text_is_in_quotes()
    {
        var (owner, _) = await OpenAsync();

        var answer = (await owner.GetAsync($"{Export}?format=csv&fields=id,name,age,active,photo,score")).ShouldBe(200);

        Assert.Equal(
            "id,name,age,active,photo,score\r\n1,Ada,36,true,AQI=,0.5\r\n2,\"\",,,\"\",\r\n3,\"Smith, \"\"J\"\"\r\nline\",-1,false,,1E+300\r\n4,,,,,2\r\n", answer.Body);
        Assert.Equal("text/csv", answer.MediaType);
        Assert.Equal("attachment; filename=customers.csv; filename*=UTF-8''customers.csv", answer.Header("Content-Disposition"));
    }

    [Theory]
    [InlineData("filter=age>0", "1")]
    [InlineData("$filter=age%20is%20null", "2", "4")]
    [InlineData("name=Ada", "1")]
    [InlineData("name=Ada&age=1")]
    [InlineData("active=false&filter=age<0%20or%20age%20is%20null", "3")]
    public async Task Filters_and_equalities_choose(string query, params string[] ids)
    {
        var (owner, _) = await OpenAsync();

        var answer = (await owner.GetAsync($"{Export}?format=csv&fields=id&{query}")).ShouldBe(200);

        Assert.Equal(["id", .. ids, ""], answer.Body.Split("\r\n"));
    }

    [Theory]
    [InlineData("format=xml", "format not_allowed")]
    [InlineData("format=csv&format=csv", "format duplicate")]
    [InlineData("format=csv&$format=csv", "$format duplicate")]
    [InlineData("fields=none", "fields unknown_column")]
    [InlineData("limit=1", "limit unknown_parameter")]
    [InlineData("age=x&none=1", "age wrong_type", "none unknown_parameter")]
    public async Task Every_offending_parameter_is_named(string query, params string[] details)
    {
        var (owner, _) = await OpenAsync();

        (await owner.GetAsync($"{Export}?{query}")).ShouldBe(400, "invalid_parameter", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_read_is_refused()
    {
        var (owner, _) = await OpenAsync();

        (await owner.GetAsync($"{Export}?filter=age>")).ShouldBe(400, "invalid_filter");
        (await owner.GetAsync($"{Export}?filter=secret=1")).ShouldBe(400, "invalid_filter");
    }

    [Fact]
    public async Task A_column_named_like_a_newer_word_keeps_its_meaning()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("format TEXT", "filter TEXT");
        await owner.AddAsync(records, new { format = "A4", filter = "none" });
        await owner.AddAsync(records, new { format = "A5", filter = "blue" });

        var answer = (await owner.GetAsync($"{Export}?format=A5&filter=blue&$format=csv&$fields=format&$filter=id=2")).ShouldBe(200);

        Assert.Equal("format\r\nA5\r\n", answer.Body);
    }

    [Fact]
    public async Task An_empty_table_is_nothing_or_a_header()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync();

        Assert.Equal("", (await owner.GetAsync(Export)).ShouldBe(200).Body);
        Assert.Equal("id,name,age,created_at,updated_at\r\n", (await owner.GetAsync($"{Export}?format=csv")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_table_of_many_parts_comes_whole_and_once_while_others_write()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        var rows = string.Concat(Enumerable.Range(1, 5000).Select(i => $"{{\"name\":\"{new string('n', 200)}{i}\",\"age\":{i}}}\n"));
        (await owner.PostAsync("/api/v1/databases/shop/tables/customers/import", Upload.Ndjson(rows))).ShouldBe(200);
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(owner, records, stop.Token);

        var answer = (await owner.GetAsync($"{Export}?format=csv&fields=age&filter=age<=5000")).ShouldBe(200);

        await stop.CancelAsync();
        await writing;
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => $"{i}"), answer.Body.Split("\r\n")[1..^1]);
    }

    private static async Task WriteAsync(Owner owner, string records, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            await owner.AddAsync(records, new { name = "another", age = 6000 });
    }

    private async Task<(Owner, string)> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER", "active BOOLEAN", "photo BLOB", "score REAL");
        await owner.AddAsync(records, new { name = "Ada", age = 36, active = true, photo = "AQI=", score = 0.5 });
        await owner.AddAsync(records, new { name = "", photo = "" });
        await owner.AddAsync(records, new { name = "Smith, \"J\"\r\nline", age = -1, active = false, score = 1e300 });
        await owner.AddAsync(records, "{\"score\":2.0}");
        return (owner, records);
    }
}
