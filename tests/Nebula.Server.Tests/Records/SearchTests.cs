using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class SearchTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("black", "1")]
    [InlineData("BLACK%20back", "1")]
    [InlineData("%22back%20in%22", "1")]
    [InlineData("%22in%20back%22", "")]
    [InlineData("ro*", "2")]
    [InlineData("ro", "")]
    [InlineData("homog%C3%A9nic", "3")] // marks do not matter
    [InlineData("black%20rock", "")]
    [InlineData("%20", "")]
    [InlineData("%22", "")]
    [InlineData("*", "")]
    [InlineData("AND%20OR%20NOT%20NEAR(a,b)%20title:x%20-%20%5E%20%22", "")]
    [InlineData("%27);DROP%20TABLE%20albums;--", "")]
    public async Task Words_phrases_and_beginnings_are_found_and_any_text_is_safe(string search, string ids)
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var found = await shop.ListAsync("albums", $"search={search}");

        Assert.Equal(ids, string.Join(' ', found.Select(r => r.Number("id"))));
    }

    [Fact]
    public async Task The_index_follows_every_change()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var albums = MusicShop.Records("albums");

        var id = await shop.Owner.AddAsync(albums, new { title = "Zebra crossing" });
        Assert.Single(await shop.ListAsync("albums", "search=zebra"));
        (await shop.Owner.PutAsync($"{albums}/{id}", new { title = "Horse crossing" })).ShouldBe(200);
        Assert.Empty(await shop.ListAsync("albums", "search=zebra"));
        Assert.Single(await shop.ListAsync("albums", "search=horse"));
        (await shop.Owner.DeleteAsync($"{albums}/{id}")).ShouldBe(204);
        Assert.Empty(await shop.ListAsync("albums", "search=horse"));
    }

    [Fact]
    public async Task The_best_comes_first_and_filters_totals_and_sorts_go_with_it()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var albums = MusicShop.Records("albums");
        await shop.Owner.AddAsync(albums, new { title = "Rock rock rock", artist_id = 1 });
        await shop.Owner.AddAsync(albums, new { title = "A long title in which rock is said once and much else besides", artist_id = 2 });

        var ranked = (await shop.Owner.GetAsync($"{albums}?search=rock&limit=2")).ShouldBe(200);

        Assert.Equal("Rock rock rock", ranked.Json.List("records").First().Text("title"));
        Assert.Equal(3, ranked["pagination"].Number("total"));
        Assert.False(ranked["pagination"].TryGetProperty("next_cursor", out _));
        Assert.Equal([2, 5], (await shop.ListAsync("albums", "search=rock&artist_id=1&sort=id")).Select(r => r.Number("id")));
        Assert.True((await shop.Owner.GetAsync($"{albums}?search=rock&sort=-id&limit=1"))["pagination"].TryGetProperty("next_cursor", out _));
    }

    [Fact]
    public async Task A_table_without_a_full_text_index_is_not_searched()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        (await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}?search=x")).ShouldBe(400, "invalid_parameter", ("search", "invalid"));
    }
}
