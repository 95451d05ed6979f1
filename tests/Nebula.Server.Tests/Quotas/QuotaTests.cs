using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Quotas;

public sealed class QuotaTests
{
    private const string Databases = "/api/v1/databases";
    private const string Usage = "/api/v1/account/usage";

    [Fact]
    public async Task Each_quota_is_refused_by_its_name_with_how_much_it_is()
    {
        await using var server = await StartAsync(("NEBULA_QUOTA_DATABASES", "2"), ("NEBULA_QUOTA_TABLES", "2"), ("NEBULA_QUOTA_ROWS", "3"));
        var shop = await Shop.OpenAsync(server);
        await shop.Owner.CreateDatabaseAsync("second");

        Refused(await shop.Owner.PostAsync(Databases, new { db_name = "third" }), "databases", 2);
        Refused(await shop.Owner.PostAsync($"{Databases}/shop/tables", new { table_name = "more", columns = new[] { new { name = "n", type = "INTEGER" } } }), "tables_per_database", 2);
        Refused(await shop.Owner.PostAsync(Shop.Customers, Enumerable.Range(0, 4).Select(i => new { name = $"n{i}" }).ToArray()), "rows_per_request", 3);
        Refused(await shop.Owner.GetAsync($"{Shop.Customers}?limit=4"), "rows_per_request", 3);
        Refused(await shop.Owner.PostAsync($"{Databases}/shop/batch", new { operations = Enumerable.Range(0, 4).Select(_ => new { op = "create", table = "customers", data = new { name = "n" } }) }), "rows_per_request", 3);

        (await shop.Owner.PostAsync(Shop.Customers, Enumerable.Range(0, 3).Select(i => new { name = $"n{i}" }).ToArray())).ShouldBe(201);
        (await shop.Owner.PostAsync(Shop.Customers, new { name = "one more" })).ShouldBe(201);
        Assert.Equal(3, (await shop.Owner.GetAsync(Shop.Customers)).ShouldBe(200).Json.List("records").Count());
        Assert.Equal(2, (await shop.Owner.GetAsync(Databases)).Json.List("databases").Count());
    }

    [Fact]
    public async Task A_database_that_is_full_is_read_and_emptied_but_not_written()
    {
        await using var server = await StartAsync(("NEBULA_QUOTA_BYTES", "400000"));
        var shop = await Shop.OpenAsync(server);
        var body = new { name = new string('x', 20_000) };
        Answer answer;
        var written = 0;
        while ((answer = await shop.Owner.PostAsync(Shop.Customers, body, ("Idempotency-Key", $"k{written + 1}"))).Status == 201)
            Assert.True(++written < 20_000, "It is never full.");

        Refused(answer, "bytes_per_database", 400_000);
        Assert.Equal("true", (await shop.Owner.PostAsync(Shop.Customers, body, ("Idempotency-Key", $"k{written}"))).ShouldBe(201).Header("Idempotency-Replayed"));
        (await shop.Owner.PatchAsync($"{Databases}/shop/tables/customers", new { add_indexes = new[] { new { columns = new[] { "name" } } } })).ShouldBe(403, "quota_exceeded");
        (await shop.Owner.PatchAsync($"{Shop.Customers}/1", body)).ShouldBe(403, "quota_exceeded");
        (await shop.Owner.PostAsync(Shop.Customers, new[] { body })).ShouldBe(403, "quota_exceeded");
        (await shop.Owner.PatchAsync($"{Shop.Customers}?filter=age=36&max_affected=5", body)).ShouldBe(403, "quota_exceeded");
        (await shop.Owner.PostAsync($"{Databases}/shop/batch", new { operations = new object[] { new { op = "create", table = "customers", data = body } } })).ShouldBe(403, "quota_exceeded");
        (await shop.Owner.GetAsync($"{Shop.Customers}/1")).ShouldBe(200);
        (await shop.Owner.PostAsync($"{Databases}/shop/batch", new { operations = new object[] { new { op = "delete", table = "customers", id = 2 } } })).ShouldBe(200);
        (await shop.Owner.DeleteAsync($"{Shop.Customers}/1")).ShouldBe(204);
    }

    [Fact]
    public async Task Requests_are_counted_for_the_account_and_all_its_keys_together()
    {
        await using var server = await StartAsync(("NEBULA_QUOTA_REQUESTS", "30"));
        var (shop, other) = (await Shop.OpenAsync(server), await server.SignUpAsync());

        var answers = new List<Answer>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(await shop.Owner.GetAsync(Shop.Customers));
            answers.Add(await shop.Key.GetAsync(Shop.Customers));
        }

        var refused = answers.Where(a => a.Status == 429).ToList();
        Assert.InRange(refused.Count, 10, 35);
        Assert.All(refused, a => Assert.Equal("The quota 'requests_per_minute' of the account is 30.", a.ShouldBe(429, "rate_limited").Text("error")));
        Assert.All(refused, a => Assert.NotNull(a.Header("Retry-After")));
        (await other.GetAsync(Databases)).ShouldBe(200);
        (await shop.Owner.DeleteAsync($"/api/v1/account/databases/shop/apikeys/{shop.Key.Id}")).ShouldBe(204);
    }

    [Fact]
    public async Task One_sees_what_one_has_and_how_much_one_may_have()
    {
        await using var server = await StartAsync(("NEBULA_QUOTA_DATABASES", "5"));
        var shop = await Shop.OpenAsync(server);

        var usage = (await shop.Owner.GetAsync(Usage)).ShouldBe(200);

        Assert.Equal(["quotas", "database_count", "databases"], usage.Json.Names());
        Assert.Equal("""{"databases":5,"tables_per_database":null,"bytes_per_database":null,"rows_per_request":null,"requests_per_minute":null}""", usage["quotas"].ToString());
        var database = Assert.Single(usage.Json.List("databases"));
        Assert.Equal(("shop", 2, 1), (database.Text("db_name"), database.Number("tables"), usage.Number("database_count")));
        Assert.True(database.Number("bytes") > 0);
        (await shop.Key.GetAsync(Usage)).ShouldBe(403, "account_required");
        (await shop.Owner.GetAsync($"{Usage}?limit=0")).ShouldBe(400, "invalid_parameter");
    }

    private static Task<TestServer> StartAsync(params (string Name, string Value)[] variables) => TestServer.StartAsync(
        new Dictionary<string, string>(variables.Select(v => KeyValuePair.Create(v.Name, v.Value))) { ["RATE_LIMIT_ENABLED"] = "true" });

    private static void Refused(Answer answer, string quota, long bound)
    {
        answer.ShouldBe(403, "quota_exceeded");
        Assert.StartsWith($"The quota '{quota}' is {bound}", answer.Text("error"), StringComparison.Ordinal);
        Assert.Equal(quota, Assert.Single(answer.Json.List("details")).Text("field"));
    }
}
