using System.Collections.Concurrent;
using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases;

public sealed class DatabaseTests(SharedServer shared) : ServerTests(shared)
{
    private const string Databases = "/api/v1/databases";

    [Fact]
    public async Task A_new_database_is_listed_with_every_field_that_v0_2_clients_read()
    {
        var owner = await Nebula.SignUpAsync();

        var created = (await owner.PostAsync(Databases, new { db_name = "Shop_1" })).ShouldBe(201);
        var listed = (await owner.GetAsync(Databases)).ShouldBe(200);

        Assert.Equal(["message", "db_name"], created.Json.Names());
        Assert.Equal("Shop_1", created.Text("db_name"));
        Assert.Equal("/api/v1/databases/Shop_1", created.Header("Location"));
        Assert.Equal(["databases"], listed.Json.Names());
        var database = Assert.Single(listed.Json.List("databases"));
        Assert.Equal(["databaseId", "userId", "dbName", "filePath", "createdAt", "tables", "apiKey"], database.Names());
        Assert.True(database.Number("databaseId") > 0);
        Assert.Equal(owner.Id, database.Text("userId"));
        Assert.Equal("Shop_1", database.Text("dbName"));
        Assert.Equal(TestEngine.IsPostgres ? "" : $"{owner.Id}/Shop_1.db", database.Text("filePath"));
        database.GetProperty("createdAt").ShouldBeTime();
        Assert.Equal(0, database.Number("tables"));
        Assert.Equal("", database.Text("apiKey"));
    }

    [Fact]
    public async Task The_list_counts_tables_and_shows_the_default_key_masked()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var database = Assert.Single((await shop.Owner.GetAsync(Databases)).Json.List("databases"));

        Assert.Equal(JsonValueKind.Number, database.GetProperty("tables").ValueKind);
        Assert.Equal(2, database.Number("tables"));
        Assert.Equal($"{shop.Key.Text[..13]}…", database.Text("apiKey"));
    }

    [Fact]
    public async Task Databases_are_listed_in_the_order_of_their_creation_all_of_them_or_page_by_page()
    {
        var owner = await Nebula.SignUpAsync();
        var names = Enumerable.Range(0, 120).Select(i => $"db_{(i * 37) % 120}").ToList();
        foreach (var name in names)
            await owner.CreateDatabaseAsync(name);

        Assert.Equal(names, await NamesAsync(owner, ""));
        Assert.Equal(names[..7], await NamesAsync(owner, "?limit=7"));
        Assert.Equal(names[10..15], await NamesAsync(owner, "?limit=5&offset=10"));
        Assert.Equal(names[118..], await NamesAsync(owner, "?offset=118"));
        Assert.Empty(await NamesAsync(owner, "?offset=1000000"));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=1001")]
    [InlineData("limit=ten")]
    [InlineData("limit=")]
    [InlineData("limit=1.5")]
    [InlineData("limit=1&limit=2")]
    [InlineData("offset=-1")]
    [InlineData("offset=99999999999999999999")]
    public async Task A_limit_or_offset_out_of_range_is_refused(string query)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.GetAsync($"{Databases}?{query}")).ShouldBe(400, "invalid_parameter", (query.Split('=')[0], "out_of_range"));
    }

    [Fact]
    public async Task Both_offending_parameters_are_named()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.GetAsync($"{Databases}?limit=0&offset=x")).ShouldBe(400, "invalid_parameter", ("limit", "out_of_range"), ("offset", "out_of_range"));
    }

    [Fact]
    public async Task One_sees_only_ones_own_and_two_accounts_can_have_the_same_names()
    {
        var (one, other) = (await Nebula.SignUpAsync(), await Nebula.SignUpAsync());
        await one.CreateDatabaseAsync("shop");
        await other.CreateDatabaseAsync("shop");
        await other.CreateDatabaseAsync("blog");

        Assert.Equal(["shop"], await NamesAsync(one, ""));
        Assert.Equal(["shop", "blog"], await NamesAsync(other, ""));
    }

    [Fact]
    public async Task A_key_sees_its_own_database_only()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");

        Assert.Equal(["shop"], await NamesAsync(shop.Key, ""));
        Assert.Empty(await NamesAsync(shop.Key, "?offset=1"));
    }

    [Fact]
    public async Task A_name_is_taken_whatever_its_case()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("Shop");

        foreach (var name in new[] { "Shop", "shop", "SHOP" })
            (await owner.PostAsync(Databases, new { db_name = name })).ShouldBe(409, "database_exists");

        Assert.Equal(["Shop"], await NamesAsync(owner, ""));
        (await owner.GetAsync($"{Databases}/sHoP")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_many_who_create_one_database_at_once_one_does()
    {
        var owner = await Nebula.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.PostAsync(Databases, new { db_name = "shop" })));

        Assert.Single(answers, a => a.Status == 201);
        Assert.All(answers.Where(a => a.Status != 201), a => a.ShouldBe(409, "database_exists"));
    }

    [Fact]
    public async Task Deleting_a_database_takes_its_file_and_its_keys_with_it()
    {
        var shop = await Shop.OpenAsync(Nebula);
        Assert.Equal(!TestEngine.IsPostgres, Nebula.FilesOf(shop.Owner.Id).Contains("shop.db"));

        (await shop.Owner.DeleteAsync($"{Databases}/SHOP")).ShouldBe(204);

        Assert.Empty(Nebula.FilesOf(shop.Owner.Id));
        (await shop.Owner.GetAsync($"{Databases}/shop")).ShouldBe(404, "database_not_found");
        (await shop.Owner.GetAsync(Shop.Customers)).ShouldBe(404, "database_not_found");
        (await shop.Owner.DeleteAsync($"{Databases}/shop")).ShouldBe(404, "database_not_found");
        (await shop.Key.GetAsync(Shop.Customers)).ShouldBe(401, "unauthenticated");
        Assert.Empty(await NamesAsync(shop.Owner, ""));
    }

    [Fact]
    public async Task A_new_database_of_the_old_name_is_empty_has_another_id_and_is_closed_to_the_old_keys()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var id = Assert.Single((await shop.Owner.GetAsync(Databases)).Json.List("databases")).Number("databaseId");
        await shop.Owner.DeleteAsync($"{Databases}/shop");

        await shop.Owner.CreateDatabaseAsync("shop");

        var next = Assert.Single((await shop.Owner.GetAsync(Databases)).Json.List("databases"));
        Assert.True(next.Number("databaseId") > id);
        Assert.Equal(0, next.Number("tables"));
        Assert.Equal("", next.Text("apiKey"));
        (await shop.Key.GetAsync(Databases)).ShouldBe(401, "unauthenticated");
        (await shop.Owner.GetAsync(Shop.Customers)).ShouldBe(404, "table_not_found");
    }

    [Fact]
    public async Task Deleting_and_making_it_again_under_load_gives_nobody_an_answer_that_was_not_meant()
    {
        var shop = await Shop.OpenAsync(Nebula);
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentBag<Answer>();
        var busy = Enumerable.Range(0, 6).Select(i => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    answers.Add(await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" }));
                    answers.Add(await shop.Owner.GetAsync(i % 2 == 0 ? Shop.Customers : $"{Shop.Customers}/1"));
                    answers.Add(await shop.Key.GetAsync($"{Databases}/shop/tables"));
                }
            },
            Ct)).ToList();

        for (var round = 0; round < 10; round++)
        {
            (await shop.Owner.DeleteAsync($"{Databases}/shop")).ShouldBe(204);
            await shop.Owner.CreateDatabaseAsync("shop");
            await shop.Owner.CreateTableAsync("shop", "customers", "name TEXT");
        }

        await stop.CancelAsync();
        await Task.WhenAll(busy);
        Assert.All(answers, a => Assert.True(a.Status is 200 or 201 or 401 or 404, $"{a.Status} {a.Body}"));
        Assert.Empty((await shop.Owner.GetAsync("/api/v1/account/databases/shop/apikeys")).Json.List("api_keys"));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(Visitor visitor, string query) =>
        [.. (await visitor.GetAsync($"{Databases}{query}")).ShouldBe(200).Json.List("databases").Select(d => d.Text("dbName"))];
}
