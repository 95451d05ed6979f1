using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class ExpandTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_forward_relation_comes_as_one_record_and_one_that_leads_nowhere_as_null()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var albums = await shop.ListAsync("albums", "expand=artist(fields=name)&fields=title");

        Assert.Equal("""{"title":"Back in Black","expand":{"artist":{"name":"AC/DC"}}}""", albums[0].GetRawText());
        Assert.Equal("""{"title":"Found on the attic","expand":{"artist":null}}""", albums[3].GetRawText());
    }

    [Fact]
    public async Task A_backward_relation_comes_as_a_list_with_its_own_filter_sort_limit_and_fields()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var albums = await shop.ListAsync("albums", "fields=id&expand=tracks(limit=1,sort=-ms,fields=name,filter=ms%20%3E%20260000)");

        Assert.Equal(
            ["""{"id":1,"expand":{"tracks":[{"name":"Shoot to Thrill"}]}}""", """{"id":2,"expand":{"tracks":[{"name":"Overdose"}]}}""", """{"id":3,"expand":{"tracks":[{"name":"Jóga"}]}}""", """{"id":4,"expand":{"tracks":[]}}"""],
            albums.Select(a => a.GetRawText()));
    }

    [Fact]
    public async Task Expansions_nest_and_stand_side_by_side()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var artists = await shop.ListAsync("artists", "fields=name&filter=id%20%3C%203&expand=albums(fields=title,expand=tracks(fields=name,sort=name)),boss(fields=name),minions(fields=name)");

        Assert.Equal(
            """{"name":"AC/DC","expand":{"albums":[{"title":"Back in Black","expand":{"tracks":[{"name":"Hells Bells"},{"name":"Shoot to Thrill"}]}},{"title":"Let There Be Rock","expand":{"tracks":[{"name":"Overdose"}]}}],"boss":null,"minions":[{"name":"Björk"},{"name":"Unheard"}]}}""",
            artists[0].GetRawText());
        Assert.Equal("""{"name":"AC/DC"}""", artists[1].GetProperty("expand").GetProperty("boss").GetRawText());
    }

    [Fact]
    public async Task A_single_record_expands_too_and_has_no_ETag_then()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var answer = (await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}/1?fields=name,album.title,album.artist.name&expand=album(fields=id)")).ShouldBe(200);

        Assert.Equal("""{"name":"Hells Bells","album.title":"Back in Black","album.artist.name":"AC/DC","expand":{"album":{"id":1}}}""", answer.Body);
        Assert.Null(answer.Header("ETag"));
        (await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}/99?expand=album")).ShouldBe(404, "record_not_found");
    }

    [Fact]
    public async Task No_record_has_the_member_expand_twice()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync("name TEXT");
        (await owner.PostAsync("/api/v1/databases/shop/tables", """
            {"table_name": "orders", "columns": [{"name": "expand", "type": "TEXT"}, {"name": "customer_id", "type": "INTEGER", "references": {"table": "customers"}}]}
            """)).ShouldBe(201);
        await owner.AddAsync(Shop.Customers, new { name = "Ada" });
        var orders = "/api/v1/databases/shop/tables/orders/records";
        await owner.AddAsync(orders, new { expand = "x", customer_id = 1 });

        (await owner.GetAsync($"{orders}?$expand=customer")).ShouldBe(400, "invalid_parameter", ("$expand", "invalid"));
        (await owner.GetAsync($"{orders}/1?$expand=customer")).ShouldBe(400, "invalid_parameter", ("$expand", "invalid"));
        (await owner.GetAsync($"{orders}?$expand=customer&fields=id,expand")).ShouldBe(400, "invalid_parameter", ("$expand", "invalid"));
        (await owner.GetAsync($"{Shop.Customers}?expand=orders(expand=customer)")).ShouldBe(400, "invalid_parameter", ("expand", "invalid"));

        Assert.Equal("""[{"id":1,"expand":{"customer":{"name":"Ada"}}}]""", (await owner.GetAsync($"{orders}?$expand=customer(fields=name)&fields=id")).ShouldBe(200)["records"].GetRawText());
        Assert.Equal(
            """[{"name":"Ada","expand":{"orders":[{"id":1,"expand":{"customer":{"id":1}}}]}}]""",
            (await owner.GetAsync($"{Shop.Customers}?fields=name&expand=orders(fields=id,expand=customer(fields=id))")).ShouldBe(200)["records"].GetRawText());
        Assert.Equal("""[{"expand":"x"}]""", (await owner.GetAsync($"{orders}?expand=x&fields=expand")).ShouldBe(200)["records"].GetRawText());
        Assert.Equal("""[{"name":"Ada","expand":{"orders":[{"expand":"x"}]}}]""", (await owner.GetAsync($"{Shop.Customers}?fields=name&expand=orders(fields=expand)")).ShouldBe(200)["records"].GetRawText());
    }

    [Theory]
    [InlineData("expand=none", "unknown_column")]
    [InlineData("expand=tracks(limit=0)", "out_of_range")]
    [InlineData("expand=tracks(limit=1001)", "out_of_range")]
    [InlineData("expand=artist(limit=1)", "invalid")]
    [InlineData("expand=tracks(limit=1", "invalid")]
    [InlineData("expand=tracks(size=1)", "unknown_parameter")]
    [InlineData("expand=tracks,tracks", "duplicate")]
    [InlineData("expand=tracks(sort=none)", "unknown_column")]
    [InlineData("expand=tracks(fields=none)", "unknown_column")]
    [InlineData("expand=artist(expand=albums(expand=artist(expand=albums(expand=artist))))", "out_of_range")]
    public async Task A_faulty_expansion_is_refused_by_name(string query, string code)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await shop.Owner.GetAsync($"{MusicShop.Records("albums")}?{query}")).ShouldBe(400, "invalid_parameter", ("expand", code));
    }

    [Fact]
    public async Task A_faulty_filter_within_is_refused_with_its_place()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await shop.Owner.GetAsync($"{MusicShop.Records("albums")}?expand=tracks(filter=mss%20%3E%201)")).ShouldBe(400, "invalid_filter");
    }

    [Fact]
    public async Task What_is_written_again_and_again_is_bounded_too()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var name = new string('x', 20_000);
        await shop.Owner.AddAsync(MusicShop.Records("artists"), new { name });
        (await shop.Owner.PostAsync(MusicShop.Records("artists"), Enumerable.Range(0, 100).Select(i => new { name = $"{i}", boss_id = 4 }))).ShouldBe(201);

        // A hundred subordinates, each with the boss, each with a hundred subordinates, each with the boss: 200 MB of what are 101 records.
        var answer = await shop.Owner.GetAsync($"{MusicShop.Records("artists")}/4?expand=minions(expand=boss(expand=minions(expand=boss)))");

        answer.ShouldBe(413, "too_large");
        (await shop.Owner.GetAsync($"{MusicShop.Records("artists")}/4?expand=minions(expand=boss)")).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_follows_relations_only_to_tables_that_it_is_bound_to()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("music", new { name = "albums only", tables = new[] { "albums", "tracks" } });

        (await key.GetAsync($"{MusicShop.Records("albums")}?expand=tracks")).ShouldBe(200);
        (await key.GetAsync($"{MusicShop.Records("albums")}?expand=artist")).ShouldBe(400, "invalid_parameter", ("expand", "unknown_column"));
        (await key.GetAsync($"{MusicShop.Records("albums")}?fields=artist.name")).ShouldBe(400, "invalid_parameter", ("fields", "unknown_column"));
        (await key.GetAsync($"{MusicShop.Records("albums")}?sort=artist.name")).ShouldBe(400, "invalid_parameter", ("sort", "unknown_column"));
        (await key.GetAsync($"{MusicShop.Records("albums")}?filter=artist.name%20%3D%20'AC/DC'")).ShouldBe(400, "invalid_filter");
        (await key.GetAsync($"{MusicShop.Records("tracks")}?expand=album(expand=artist)")).ShouldBe(400, "invalid_parameter", ("expand", "unknown_column"));
        (await key.GetAsync($"{MusicShop.Table("tracks")}/aggregate?group=album.artist.name")).ShouldBe(400, "invalid_filter");
        Assert.DoesNotContain("artist", (await key.GetAsync($"{MusicShop.Records("albums")}?filter=artis.name%20%3D%201")).Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_sorted_and_paged_by_columns_of_related_ones()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var titles = new List<string>();

        for (var cursor = ""; ;)
        {
            var page = (await shop.Owner.GetAsync($"{MusicShop.Records("albums")}?sort=-artist.name,title&fields=title&limit=1&cursor={cursor}")).ShouldBe(200);
            titles.AddRange(page.Json.List("records").Select(r => r.Text("title")));
            if (!page["pagination"].TryGetProperty("next_cursor", out var next))
                break;
            cursor = next.GetString();
        }

        Assert.Equal(["Homogenic", "Back in Black", "Let There Be Rock", "Found on the attic"], titles);
    }
}
