using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class UpsertTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_record_that_is_not_there_is_added_and_one_that_is_there_is_changed()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "name TEXT", "age INTEGER");

        var added = (await owner.PostAsync($"{records}?on_conflict=email", new { email = "ada@b", name = "Ada", age = 36 })).ShouldBe(201);
        var changed = (await owner.PostAsync($"{records}?on_conflict=EMAIL&resolution=merge", new { email = "ada@b", age = 37 })).ShouldBe(200);

        Assert.Equal($"{records}/1", added.Header("Location"));
        Assert.Equal((1, "Ada", 37), (changed.Number("record_id"), changed["record"].Text("name"), changed["record"].Number("age")));
        Assert.Null(changed.Header("Location"));
        Assert.Equal(added["record"].Text("created_at"), changed["record"].Text("created_at"));
        Assert.Equal((await owner.GetAsync($"{records}/1")).Etag, changed.Etag);
    }

    [Fact]
    public async Task Ignored_the_record_stays_as_it_is()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");
        var added = (await owner.PostAsync(records, new { email = "ada@b", age = 36 })).ShouldBe(201);

        var ignored = (await owner.PostAsync($"{records}?$on_conflict=email&$resolution=ignore", new { email = "ada@b", age = 37 })).ShouldBe(200);

        Assert.Equal(added.Etag, ignored.Etag);
        Assert.Equal(36, ignored["record"].Number("age"));
    }

    [Fact]
    public async Task An_array_is_upserted_as_a_whole()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");
        await owner.AddAsync(records, new { email = "b", age = 1 });

        var answer = (await owner.PostAsync($"{records}?on_conflict=email", """[{"email":"a","age":5},{"email":"b","age":6},{"email":"a","age":7}]""")).ShouldBe(200);

        Assert.Equal(["message", "count", "record_ids", "created"], answer.Json.Names());
        Assert.Equal((3, "[2,1,2]", 1), (answer.Number("count"), answer["record_ids"].GetRawText(), answer.Number("created")));
        Assert.Equal((6, 7), ((await owner.GetAsync($"{records}/1")).Number("age"), (await owner.GetAsync($"{records}/2")).Number("age")));
    }

    [Fact]
    public async Task A_null_is_never_the_same_as_another()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");

        (await owner.PostAsync($"{records}?on_conflict=email", """{"email":null,"age":1}""")).ShouldBe(201);
        (await owner.PostAsync($"{records}?on_conflict=email", """{"email":null,"age":1}""")).ShouldBe(201);
        (await owner.PostAsync($"{records}?on_conflict=email&resolution=ignore", """{"age":1}""")).ShouldBe(201);
    }

    [Fact]
    public async Task A_conflict_in_another_unique_column_is_one()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "nick TEXT unique");
        await owner.AddAsync(records, new { email = "a", nick = "a" });
        await owner.AddAsync(records, new { email = "b", nick = "b" });

        (await owner.PostAsync($"{records}?on_conflict=email", new { email = "a", nick = "b" })).ShouldBe(409, "unique_violation", ("nick", "unique"));
        (await owner.PostAsync($"{records}?on_conflict=email", new { email = "c", nick = "b" })).ShouldBe(409, "unique_violation", ("nick", "unique"));
        Assert.Equal("a", (await owner.GetAsync($"{records}/1")).Text("nick"));
    }

    [Fact]
    public async Task Columns_that_are_unique_together_find_the_record()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        (await owner.PostAsync("/api/v1/databases/shop/tables", """{"table_name":"stock","columns":[{"name":"place","type":"TEXT"},{"name":"item","type":"TEXT"},{"name":"n","type":"INTEGER"}],"unique":[["place","item"]]}""")).ShouldBe(201);
        const string Stock = "/api/v1/databases/shop/tables/stock/records";

        (await owner.PostAsync($"{Stock}?on_conflict=item,place", """[{"place":"a","item":"x","n":1},{"place":"a","item":"y","n":2},{"place":"a","item":"x","n":3}]""")).ShouldBe(200);

        Assert.Equal((3, 2), ((await owner.GetAsync($"{Stock}/1")).Number("n"), await BulkInsertTests.TotalAsync(owner, Stock)));
        (await owner.PostAsync($"{Stock}?on_conflict=item", new { place = "a", item = "x" })).ShouldBe(400, "invalid_parameter");
        (await owner.PostAsync(Stock, """[{"place":"b","item":"x"},{"place":"a","item":"x"}]""")).ShouldBe(409, "unique_violation", ("[1].place", "unique"), ("[1].item", "unique"));
    }

    [Fact]
    public async Task A_UUID_that_clients_give_finds_the_record_and_a_merge_by_another_column_keeps_it()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        (await owner.PostAsync("/api/v1/databases/shop/tables", """{"table_name":"devices","id_type":"uuid","columns":[{"name":"serial","type":"TEXT","unique":true},{"name":"n","type":"INTEGER"}]}""")).ShouldBe(201);
        const string Devices = "/api/v1/databases/shop/tables/devices/records";
        const string Id = "0198f5a0-0000-7000-8000-000000000001";

        (await owner.PostAsync($"{Devices}?on_conflict=id", new { id = Id, serial = "a", n = 1 })).ShouldBe(201);
        (await owner.PostAsync($"{Devices}?on_conflict=id", new { id = Id, n = 2 })).ShouldBe(200);
        var merged = (await owner.PostAsync($"{Devices}?on_conflict=serial", new { id = Id.Replace("01", "02", StringComparison.Ordinal), serial = "a", n = 3 })).ShouldBe(200);
        (await owner.PostAsync($"{Devices}?on_conflict=id", new { serial = "b" })).ShouldBe(201);

        Assert.Equal((Id, "a", 3), (merged.Text("record_id"), merged["record"].Text("serial"), merged["record"].Number("n")));
        Assert.Equal(2, await BulkInsertTests.TotalAsync(owner, Devices));
    }

    [Theory]
    [InlineData("on_conflict=age")]
    [InlineData("on_conflict=email,age")]
    [InlineData("on_conflict=id")]
    [InlineData("on_conflict=")]
    [InlineData("on_conflict=none")]
    [InlineData("on_conflict=email&resolution=replace")]
    [InlineData("on_conflict=email&on_conflict=email")]
    [InlineData("resolution=merge")]
    public async Task What_is_not_unique_can_be_no_conflict(string query)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");

        (await owner.PostAsync($"{records}?{query}", new { email = "a", age = 1 })).ShouldBe(400, "invalid_parameter");
        (await owner.PostAsync($"{records}?{query}", new[] { new { email = "a", age = 1 } })).ShouldBe(400, "invalid_parameter");

        Assert.Equal(0, await BulkInsertTests.TotalAsync(owner, records));
    }
}
