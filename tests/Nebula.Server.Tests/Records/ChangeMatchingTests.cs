using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class ChangeMatchingTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task Every_record_that_matches_is_changed()
    {
        var (owner, records) = await FiveAsync();

        var answer = (await owner.PatchAsync($"{records}?filter=age%20%3E%202&max_affected=3", new { name = "old" })).ShouldBe(200);

        Assert.Equal("""{"affected":3}""", answer.Body);
        Assert.Equal(["n1", "n2", "old", "old", "old"], await NamesAsync(owner, records));
        var changed = (await owner.GetAsync($"{records}/3")).Json;
        Assert.True(string.CompareOrdinal(changed.Text("created_at"), changed.Text("updated_at")) <= 0);
    }

    [Fact]
    public async Task Every_record_that_matches_is_removed_and_the_total_knows_it()
    {
        var (owner, records) = await FiveAsync();
        Assert.Equal(5, await BulkInsertTests.TotalAsync(owner, records));

        Assert.Equal(2, (await owner.DeleteAsync($"{records}?$filter=age%20in%20(1,5)&$max_affected=10")).ShouldBe(200).Number("affected"));
        Assert.Equal(0, (await owner.DeleteAsync($"{records}?age=1&max_affected=10")).ShouldBe(200).Number("affected"));

        Assert.Equal(["n2", "n3", "n4"], await NamesAsync(owner, records));
        Assert.Equal(3, await BulkInsertTests.TotalAsync(owner, records));
    }

    [Fact]
    public async Task An_If_Match_is_refused_because_it_would_have_no_effect()
    {
        var (owner, records) = await FiveAsync();

        (await owner.PatchAsync($"{records}?age=1&max_affected=3", new { name = "x" }, ("If-Match", "*"))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));
        (await owner.DeleteAsync($"{records}?age=1&max_affected=3", null, ("If-Match", "\"x\""))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));

        Assert.Equal(["n1", "n2", "n3", "n4", "n5"], await NamesAsync(owner, records));
    }

    [Fact]
    public async Task When_more_match_than_allowed_nothing_changes()
    {
        var (owner, records) = await FiveAsync();

        (await owner.PatchAsync($"{records}?filter=id%20is%20not%20null&max_affected=4", new { name = "x" })).ShouldBe(422, "max_affected_exceeded");
        (await owner.DeleteAsync($"{records}?filter=id%20is%20not%20null&max_affected=4")).ShouldBe(422, "max_affected_exceeded");

        Assert.Equal(["n1", "n2", "n3", "n4", "n5"], await NamesAsync(owner, records));
        Assert.Equal(5, await BulkInsertTests.TotalAsync(owner, records));
        Assert.Equal(5, (await owner.DeleteAsync($"{records}?filter=id%20is%20not%20null&max_affected=5")).ShouldBe(200).Number("affected"));
    }

    [Theory]
    [InlineData("filter=age%20%3D%201", "required", "max_affected required")]
    [InlineData("age=1", "required", "max_affected required")]
    [InlineData("max_affected=1", "required", "filter required")]
    [InlineData("", "required", "filter required|max_affected required")]
    [InlineData("age=1&max_affected=0", "invalid_parameter", "max_affected out_of_range")]
    [InlineData("age=1&max_affected=1000001", "invalid_parameter", "max_affected out_of_range")]
    [InlineData("age=1&max_affected=1.5", "invalid_parameter", "max_affected out_of_range")]
    [InlineData("age=1&max_affected=1%00", "invalid_parameter", "max_affected out_of_range")]
    [InlineData("age=x&max_affected=1", "invalid_parameter", "age wrong_type")]
    [InlineData("nmae=x&max_affected=1", "invalid_parameter", "nmae unknown_parameter")]
    [InlineData("age=1&max_affected=1&$max_affected=2", "invalid_parameter", "$max_affected duplicate")]
    public async Task Both_a_condition_and_a_bound_are_demanded(string query, string code, string details)
    {
        var (owner, records) = await FiveAsync();
        var expected = details.Split('|').Select(d => d.Split(' ')).Select(d => (d[0], d[1])).ToArray();

        (await owner.PatchAsync($"{records}?{query}", new { name = "x" })).ShouldBe(400, code, expected);
        (await owner.DeleteAsync($"{records}?{query}")).ShouldBe(400, code, expected);

        Assert.Equal(5, await BulkInsertTests.TotalAsync(owner, records));
    }

    [Fact]
    public async Task A_filter_that_can_not_be_read_is_refused_and_so_is_a_bad_body()
    {
        var (owner, records) = await FiveAsync();

        (await owner.DeleteAsync($"{records}?filter=nmae%20%3D%201&max_affected=1")).ShouldBe(400, "invalid_filter");
        (await owner.PatchAsync($"{records}?age=1&max_affected=1", new { age = "x" })).ShouldBe(400, "invalid_record", ("age", "wrong_type"));
        (await owner.PatchAsync($"{records}?age=1&max_affected=1", "[]")).ShouldBe(400, "invalid_record");
    }

    [Fact]
    public async Task If_Match_is_refused_because_it_is_about_one_record()
    {
        var (owner, records) = await FiveAsync();

        (await owner.PatchAsync($"{records}?age=1&max_affected=1", new { name = "x" }, ("If-Match", "\"a\""))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));
        (await owner.SendAsync("DELETE", $"{records}?age=1&max_affected=1", null, ("If-Match", "*"))).ShouldBe(400, "invalid_parameter", ("If-Match", "invalid"));

        Assert.Equal(["n1", "n2", "n3", "n4", "n5"], await NamesAsync(owner, records));
    }

    [Fact]
    public async Task A_violated_constraint_undoes_every_change()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");
        (await owner.PostAsync(records, """[{"email":"a","age":1},{"email":"b","age":1}]""")).ShouldBe(201);

        (await owner.PatchAsync($"{records}?age=1&max_affected=2", new { email = "c" })).ShouldBe(409, "unique_violation");

        Assert.Equal("a", (await owner.GetAsync($"{records}/1")).Text("email"));
        (await owner.PatchAsync($"{records}?email=a&max_affected=2", new { email = "c" })).ShouldBe(200);
    }

    [Fact]
    public async Task Where_a_word_is_a_column_the_dollar_tells_them_apart()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("filter TEXT", "max_affected INTEGER");
        (await owner.PostAsync(records, """[{"filter":"a","max_affected":1},{"filter":"b","max_affected":1}]""")).ShouldBe(201);

        (await owner.DeleteAsync($"{records}?filter=a&max_affected=1")).ShouldBe(400, "required", ("max_affected", "required"));
        Assert.Equal(1, (await owner.DeleteAsync($"{records}?filter=a&max_affected=1&$max_affected=5")).ShouldBe(200).Number("affected"));
    }

    [Fact]
    public async Task A_condition_may_follow_relations_as_far_as_the_caller_may_see()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        await owner.CreateTableAsync("shop", "artists", "name TEXT");
        (await owner.PostAsync("/api/v1/databases/shop/tables", """{"table_name":"albums","columns":[{"name":"title","type":"TEXT"},{"name":"artist_id","type":"INTEGER","references":{"table":"artists"}}]}""")).ShouldBe(201);
        const string Albums = "/api/v1/databases/shop/tables/albums/records";
        (await owner.PostAsync("/api/v1/databases/shop/tables/artists/records", """[{"name":"Nina"},{"name":"Miles"}]""")).ShouldBe(201);
        (await owner.PostAsync(Albums, """[{"title":"a","artist_id":1},{"title":"b","artist_id":2},{"title":"c","artist_id":2}]""")).ShouldBe(201);
        var bound = await owner.CreateApiKeyAsync("shop", new { name = "albums", tables = new[] { "albums" } });
        var query = $"?filter={Uri.EscapeDataString("artist.name = 'Miles'")}&max_affected=5";

        (await bound.PatchAsync(Albums + query, new { title = "x" })).ShouldBe(400, "invalid_filter");
        Assert.Equal(2, (await owner.PatchAsync(Albums + query, new { title = "x" })).ShouldBe(200).Number("affected"));
        Assert.Equal(["a", "x", "x"], (await owner.GetAsync(Albums)).Json.List("records").Select(r => r.Text("title")));
        var artists = $"?filter={Uri.EscapeDataString("albums.title = 'a'")}&max_affected=5";
        (await owner.DeleteAsync($"/api/v1/databases/shop/tables/artists/records{artists}")).ShouldBe(409, "foreign_key_violation");
        Assert.Equal(2, (await owner.DeleteAsync($"{Albums}?filter={Uri.EscapeDataString("artist.name = 'Miles'")}&max_affected=5")).ShouldBe(200).Number("affected"));
    }

    [Fact]
    public async Task A_function_that_overflows_is_told_and_changes_nothing()
    {
        var (owner, records) = await FiveAsync();
        (await owner.PostAsync(records, """{"age":-9223372036854775808}""")).ShouldBe(201);

        (await owner.DeleteAsync($"{records}?filter={Uri.EscapeDataString("abs(age) > 0")}&max_affected=10")).ShouldBe(422, "overflow");

        Assert.Equal(6, await BulkInsertTests.TotalAsync(owner, records));
    }

    private async Task<(Owner Owner, string Records)> FiveAsync()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        (await owner.PostAsync(records, Enumerable.Range(1, 5).Select(i => new { name = $"n{i}", age = i }))).ShouldBe(201);
        return (owner, records);
    }

    private static async Task<IEnumerable<string>> NamesAsync(Owner owner, string records) =>
        (await owner.GetAsync(records)).ShouldBe(200).Json.List("records").Select(r => r.Text("name"));
}
