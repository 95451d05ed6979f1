using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class RecordTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_new_record_is_answered_whole_with_its_id_tag_and_place()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER");

        var created = (await owner.PostAsync(records, new { name = "Ada", age = 36 })).ShouldBe(201);

        Assert.Equal(["message", "record_id", "record"], created.Json.Names());
        Assert.Equal(1, created.Number("record_id"));
        var record = created["record"];
        Assert.Equal(["id", "name", "age", "created_at", "updated_at"], record.Names());
        Assert.Equal((1, "Ada", 36), (record.Number("id"), record.Text("name"), record.Number("age")));
        record.GetProperty("created_at").ShouldBeTime();
        Assert.Equal(record.Text("created_at"), record.Text("updated_at"));
        Assert.Equal($"{records}/1", created.Header("Location"));
        var read = (await owner.GetAsync(created.Header("Location")!)).ShouldBe(200); // asserted above
        Assert.Equal(record.GetRawText(), read.Body);
        Assert.Equal(created.Etag, read.Etag);
        Assert.Equal("application/json", read.MediaType);
    }

    [Fact]
    public async Task The_place_of_a_record_does_not_repeat_a_slash()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        Assert.Equal($"{records}/1", (await owner.PostAsync($"{records}/", new { name = "Ada" })).ShouldBe(201).Header("Location"));
    }

    [Fact]
    public async Task What_is_not_given_is_null()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER");

        var created = await owner.PostAsync(records, """{"age": null, "name": "Ada"}""");

        Assert.Equal("null", created["record"].GetProperty("age").GetRawText());
        Assert.Equal("null", (await owner.PostAsync(records, new { name = "Ada" }))["record"].GetProperty("age").GetRawText());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task An_update_changes_what_it_names_and_the_time(string method)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER");
        var created = await owner.PostAsync(records, new { name = "Ada", age = 36 });
        await Task.Delay(5, Ct);

        var updated = (await owner.SendAsync(method, $"{records}/1", new { age = 37 })).ShouldBe(200);

        Assert.Equal(["message", "record_id", "record"], updated.Json.Names());
        Assert.Equal(1, updated.Number("record_id"));
        var record = updated["record"];
        Assert.Equal(("Ada", 37), (record.Text("name"), record.Number("age")));
        Assert.Equal(created["record"].Text("created_at"), record.Text("created_at"));
        Assert.True(string.CompareOrdinal(record.Text("updated_at"), record.Text("created_at")) > 0);
        Assert.NotEqual(created.Etag, updated.Etag);
        var read = await owner.GetAsync($"{records}/1");
        Assert.Equal((record.GetRawText(), updated.Etag), (read.Body, read.Etag));
    }

    [Fact]
    public async Task A_record_can_be_sent_back_as_it_was_read()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT", "age INTEGER", "photo BLOB", "active BOOLEAN", "score REAL");
        await owner.AddAsync(records, new { name = "Ada", age = 36, photo = "AAEC", active = true, score = 0.1 });
        var read = await owner.GetAsync($"{records}/1");

        var updated = (await owner.PutAsync($"{records}/1", read.Bytes)).ShouldBe(200);
        var copied = (await owner.PostAsync(records, read.Bytes)).ShouldBe(201);

        Assert.Equal("AAEC", updated["record"].Text("photo"));
        Assert.Equal(1, updated.Number("record_id"));
        Assert.Equal(2, copied.Number("record_id"));
        Assert.Equal(2, copied["record"].Number("id"));
    }

    [Fact]
    public async Task An_id_and_times_that_a_client_sends_are_not_taken()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT");

        var created = (await owner.PostAsync(records, """{"ID": 77, "name": "Ada", "created_at": "1999-01-01", "Updated_At": false}""")).ShouldBe(201);
        var updated = (await owner.PutAsync($"{records}/1", """{"id": "x", "name": "Eve", "created_at": null}""")).ShouldBe(200);

        Assert.Equal(1, created.Number("record_id"));
        created["record"].GetProperty("created_at").ShouldBeTime();
        Assert.NotEqual('1', created["record"].Text("updated_at")[0]);
        Assert.Equal(created["record"].Text("created_at"), updated["record"].Text("created_at"));
        (await owner.PutAsync($"{records}/1", new { id = 5 })).ShouldBe(400, "invalid_record");
        (await owner.PutAsync($"{records}/1", """{"id": 5, "ID": 6, "name": "x"}""")).ShouldBe(400, "invalid_record", ("id", "duplicate"));
    }

    [Fact]
    public async Task Declared_times_belong_to_the_user()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("created_at INTEGER", "Updated_At TEXT");

        var created = (await owner.PostAsync(records, new { created_at = 5 })).ShouldBe(201);
        var updated = (await owner.PutAsync($"{records}/1", new { updated_at = "later" })).ShouldBe(200);

        Assert.Equal("""{"id":1,"created_at":5,"Updated_At":null}""", created["record"].GetRawText());
        Assert.Equal("""{"id":1,"created_at":5,"Updated_At":"later"}""", updated["record"].GetRawText());
    }

    [Fact]
    public async Task A_deleted_record_is_gone_and_its_id_is_never_given_again()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        await owner.AddAsync(records, new { name = "Ada" });
        var last = await owner.AddAsync(records, new { name = "Eve" });

        (await owner.DeleteAsync($"{records}/{last}")).ShouldBe(204);

        (await owner.GetAsync($"{records}/{last}")).ShouldBe(404, "record_not_found");
        (await owner.PutAsync($"{records}/{last}", new { name = "x" })).ShouldBe(404, "record_not_found");
        (await owner.DeleteAsync($"{records}/{last}")).ShouldBe(404, "record_not_found");
        Assert.Equal(last + 1, await owner.AddAsync(records, new { name = "Grace" }));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("abc")]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("0x1")]
    [InlineData("+1")]
    [InlineData("%201")]
    [InlineData("1%20")]
    [InlineData("1%27%20OR%201=1")]
    [InlineData("%D9%A1")] // the Arabic digit one
    [InlineData("null")]
    public async Task What_is_no_id_of_a_record_is_a_record_that_does_not_exist(string id)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        await owner.AddAsync(records, new { name = "Ada" });

        (await owner.GetAsync($"{records}/{id}")).ShouldBe(404, "record_not_found");
        (await owner.PutAsync($"{records}/{id}", new { name = "Eve" })).ShouldBe(404, "record_not_found");
        (await owner.DeleteAsync($"{records}/{id}")).ShouldBe(404, "record_not_found");
        Assert.Equal("Ada", (await owner.GetAsync($"{records}/1")).Text("name"));
    }

    [Fact]
    public async Task A_unique_value_is_taken_once_and_the_column_is_named()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "code INTEGER unique", "name TEXT");
        await owner.AddAsync(records, new { email = "a@b.c", code = 1 });
        var other = await owner.AddAsync(records, new { email = "d@e.f", code = 2 });

        (await owner.PostAsync(records, new { email = "a@b.c", code = 3 })).ShouldBe(409, "unique_violation", ("email", "unique"));
        (await owner.PostAsync(records, new { email = "a@b.c", code = 2 })).ShouldBe(409, "unique_violation", ("code", "unique"), ("email", "unique"));
        (await owner.PutAsync($"{records}/{other}", new { email = "a@b.c" })).ShouldBe(409, "unique_violation", ("email", "unique"));
        (await owner.PutAsync($"{records}/{other}", new { email = "d@e.f", name = "same" })).ShouldBe(200);

        await owner.AddAsync(records, new { name = "nulls are not equal" });
        await owner.AddAsync(records, new { name = "nulls are not equal" });
        Assert.Equal(4, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task A_column_that_may_not_be_null_needs_a_value()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT not null", "age INTEGER not null", "note TEXT");

        (await owner.PostAsync(records, new { note = "x" })).ShouldBe(400, "invalid_record", ("name", "required"), ("age", "required"));
        (await owner.PostAsync(records, """{"name": null, "age": 1}""")).ShouldBe(400, "invalid_record", ("name", "required"));
        await owner.AddAsync(records, new { name = "", age = 0 });
        (await owner.PutAsync($"{records}/1", """{"age": null}""")).ShouldBe(400, "invalid_record", ("age", "required"));
        (await owner.PutAsync($"{records}/1", new { note = "x" })).ShouldBe(200);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_and_get_an_id_each()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => owner.AddAsync(records, new { name = $"n{i}", age = i })));

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), ids.Order());
        var listed = await owner.GetAsync($"{records}?limit=1000");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), listed.Json.List("records").Select(r => r.Number("age")).Order());
        Assert.Equal(200, listed["pagination"].Number("total"));
    }
}
