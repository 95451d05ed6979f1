using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class IdempotencyTests(SharedServer shared) : ServerTests(shared)
{
    private const string Batch = "/api/v1/databases/shop/batch";

    [Fact]
    public async Task A_request_that_is_sent_again_gets_the_same_answer_and_has_no_second_effect()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var first = (await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201);
        var second = (await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201);

        Assert.Equal((first.Body, first.Etag, first.Header("Location")), (second.Body, second.Etag, second.Header("Location")));
        Assert.Equal((null, "true"), (first.Header("Idempotency-Replayed"), second.Header("Idempotency-Replayed")));
        Assert.Equal(2, await BulkInsertTests.TotalAsync(shop.Owner, Shop.Customers));
    }

    [Fact]
    public async Task So_it_is_with_every_write_even_where_its_precondition_no_longer_holds()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var tag = (await shop.Owner.GetAsync($"{Shop.Customers}/1")).Etag;
        (string Method, string Path, object? Body)[] writes =
        [
            ("POST", Shop.Customers, new[] { new { name = "Grace" }, new { name = "Hedy" } }),
            ("PUT", $"{Shop.Customers}/1", new { age = 37 }),
            ("PATCH", $"{Shop.Customers}?age=37&max_affected=1", new { name = "Ada L." }),
            ("POST", Batch, new { operations = new object[] { new { op = "create", table = "suppliers", data = new { name = "x" } }, new { op = "delete", table = "customers", filter = "name='Hedy'", max_affected = 1 } } }),
            ("DELETE", $"{Shop.Customers}?name=Grace&max_affected=1", null),
            ("DELETE", $"{Shop.Customers}/1", null),
        ];

        foreach (var (method, path, body) in writes)
        {
            (string, string)[] headers = method == "PUT" ? [("Idempotency-Key", "k"), ("If-Match", tag)] : [("Idempotency-Key", "k")];
            var first = await shop.Owner.SendAsync(method, path, body, headers);
            Assert.InRange(first.Status, 200, 299);
            var before = await shop.DescribeAsync();

            var second = await shop.Owner.SendAsync(method, path, body, headers);

            Assert.Equal((first.Status, first.Body, first.Header("ETag")), (second.Status, second.Body, second.Header("ETag")));
            Assert.Equal("true", second.Header("Idempotency-Replayed"));
            Assert.Equal(before, await shop.DescribeAsync());
        }

        Assert.Equal(0, await BulkInsertTests.TotalAsync(shop.Owner, Shop.Customers));
    }

    [Fact]
    public async Task An_upsert_is_told_again_as_it_was()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique");

        (await owner.PostAsync($"{records}?on_conflict=email", new { email = "a" }, Key("a"))).ShouldBe(201);

        Assert.Equal($"{records}/1", (await owner.PostAsync($"{records}?on_conflict=email", new { email = "a" }, Key("a"))).ShouldBe(201).Header("Location"));
        (await owner.PostAsync($"{records}?on_conflict=email", new { email = "a" }, Key("b"))).ShouldBe(200);
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        var shop = await Shop.OpenAsync(Nebula);
        (await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201);

        (await shop.Owner.PostAsync(Shop.Customers, new { name = "Hedy" }, Key("a"))).ShouldBe(422, "idempotency_mismatch");
        (await shop.Owner.PostAsync("/api/v1/databases/shop/tables/suppliers/records", new { name = "Hedy" }, Key("a"))).ShouldBe(201);
        (await shop.Owner.PostAsync(Shop.Customers, new { name = "Hedy" }, Key("b"))).ShouldBe(201);

        Assert.Equal(3, await BulkInsertTests.TotalAsync(shop.Owner, Shop.Customers));
    }

    [Fact]
    public async Task The_same_key_of_another_caller_is_another_key()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var other = await shop.Owner.CreateApiKeyAsync("shop");

        foreach (var caller in new Visitor[] { shop.Owner, shop.Key, other })
            Assert.Null((await caller.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201).Header("Idempotency-Replayed"));

        Assert.Equal(4, await BulkInsertTests.TotalAsync(shop.Owner, Shop.Customers));
    }

    [Fact]
    public async Task What_failed_is_tried_again()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique");
        var taken = await owner.AddAsync(records, new { email = "a" });

        (await owner.PostAsync(records, new { email = "a" }, Key("a"))).ShouldBe(409, "unique_violation");
        (await owner.DeleteAsync($"{records}/{taken}")).ShouldBe(204);

        Assert.Null((await owner.PostAsync(records, new { email = "a" }, Key("a"))).ShouldBe(201).Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Rights_are_checked_each_time()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop");
        (await key.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201);
        var path = $"/api/v1/account/databases/shop/apikeys/{key.Id}";

        (await shop.Owner.PatchAsync(path, new { scopes = new[] { "records:write" } })).ShouldBe(200);
        Assert.Equal(["message", "record_id"], (await key.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201).Json.Names());
        (await shop.Owner.PatchAsync(path, new { scopes = new[] { "records:read" } })).ShouldBe(200);
        (await key.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(403, "scope_missing");
    }

    [Fact]
    public async Task Of_many_at_once_one_has_the_effect_and_all_get_its_answer()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))));

        Assert.Single(answers.Select(a => (a.ShouldBe(201).Body, a.Etag)).Distinct());
        Assert.Equal(49, answers.Count(a => a.Header("Idempotency-Replayed") == "true"));
        Assert.Equal(2, await BulkInsertTests.TotalAsync(shop.Owner, Shop.Customers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("256")]
    public async Task What_is_no_key_is_refused(string key)
    {
        var shop = await Shop.OpenAsync(Nebula);
        key = key == "256" ? new string('x', 256) : key;

        foreach (var (method, path) in new[] { ("POST", Shop.Customers), ("PUT", $"{Shop.Customers}/1"), ("DELETE", $"{Shop.Customers}/1"), ("POST", Batch) })
            (await shop.Owner.SendAsync(method, path, new { name = "x" }, ("Idempotency-Key", key))).ShouldBe(400, "invalid_parameter", ("Idempotency-Key", "invalid"));

        (await shop.Owner.PostAsync(Shop.Customers, new { name = "x" }, ("Idempotency-Key", new string('~', 255)))).ShouldBe(201);
    }

    [Fact]
    public async Task A_table_of_answers_is_none_that_clients_see()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = (await shop.Owner.GetAsync("/api/v1/databases/shop/tables")).Body;
        (await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }, Key("a"))).ShouldBe(201);

        Assert.Equal(before, (await shop.Owner.GetAsync("/api/v1/databases/shop/tables")).Body);
        (await shop.Owner.GetAsync("/api/v1/databases/shop/tables/_nebula_idempotency/records")).ShouldBe(400, "invalid_name");
    }

    private static (string, string) Key(string key) => ("Idempotency-Key", key);
}
