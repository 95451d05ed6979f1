using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"An unreadable field is not filterable, sortable, countable, aggregatable or expandable": what a key may not see answers as what does not exist.</summary>
public sealed class UnreadableFieldTests(SharedServer shared) : ServerTests(shared)
{
    // The key sees tracks and sales. A track's album is hidden behind a reference of its own, a sale's one further away.
    private static readonly string[] _reads =
    [
        "tracks/records?filter={album}.title%20%3D%20'Homogenic'", "tracks/records?filter={album}.title%20is%20null&count=exact&limit=1", "tracks/records?filter={album}.artist.name%20~%20'b'",
        "tracks/records?count=estimated&filter={album}.title%20%3E%20'A'", "tracks/records?{album}.title=Homogenic",
        "tracks/records?sort={album}.title", "tracks/records?sort=-{album}.artist.name,name", "tracks/records?sort={album}.title&limit=1&cursor=",
        "tracks/records?fields=name,{album}.title", "tracks/records?expand={album}", "tracks/records?expand={album}(fields=title)", "tracks/records?expand=sales,{album}",
        "tracks/records/1?expand={album}", "tracks/records/1?fields={album}.title",
        "tracks/aggregate?select=count()&group={album}.title", "tracks/aggregate?select=max({album}.title)", "tracks/aggregate?select=count(distinct%20{album}.title)",
        "tracks/aggregate?select=count()&filter={album}.title%20%3D%20'Homogenic'", "tracks/aggregate?select=count()&group=name&having=max({album}.title)%20%3E%20'A'",
        "tracks/aggregate?select=count()&group=name&sort={album}.title",
        "tracks/export?filter={album}.title%20%3D%20'Homogenic'", "tracks/export?format=csv&fields=name,{album}.title",
        "sales/records?filter=track.{album}.title%20%3D%20'Homogenic'", "sales/records?sort=track.{album}.title", "sales/records?expand=track(expand={album})", "sales/records?expand=track(fields={album}.title)",
        "sales/records?filter=lower(track.{album}.artist.name)%20%3D%20'ac/dc'", "sales/records?filter=coalesce(track.{album}.title,'x')%20%3D%20'x'",
    ];

    [Fact]
    public async Task What_is_behind_a_hidden_relation_answers_as_what_does_not_exist_in_every_read()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("music", new { name = "sales", tables = new[] { "tracks", "sales" } });

        foreach (var read in _reads)
        {
            var hidden = await key.GetAsync($"{MusicShop.Database}/tables/{read.Replace("{album}", "album", StringComparison.Ordinal)}");
            var missing = await key.GetAsync($"{MusicShop.Database}/tables/{read.Replace("{album}", "nosuch", StringComparison.Ordinal)}");

            Assert.True(hidden.Status == 400, $"{read}: {hidden.Status} {hidden.Body}");
            Assert.Equal((missing.Status, missing.Text("code")), (hidden.Status, hidden.Text("code")));
            Assert.Equal(missing.Details.Select(d => d.Code), hidden.Details.Select(d => d.Code));
        }
    }

    [Fact]
    public async Task The_owner_may_read_all_of_that_so_the_key_fails_for_its_rights_alone()
    {
        var shop = await MusicShop.OpenAsync(Nebula);

        var refused = new List<string>();
        foreach (var read in _reads)
        {
            var answer = await shop.Owner.GetAsync($"{MusicShop.Database}/tables/{read.Replace("{album}", "album", StringComparison.Ordinal)}");
            if (answer.Status != 200)
                refused.Add($"{read}: {answer.Status} {answer.Text("error")}");
        }

        // Of equality by a path, and of a sort that is no group, there is none for anybody.
        Assert.True(refused.Count <= 4, string.Join('\n', refused));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Nor_can_what_is_hidden_be_found_out_by_what_a_write_affects(string method)
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("music", new { name = "sales", tables = new[] { "tracks", "sales" } });
        const string Filter = "album.title = 'Homogenic'";

        (await key.SendAsync(method, $"{MusicShop.Records("tracks")}?max_affected=9&filter={Uri.EscapeDataString(Filter)}", method == "PATCH" ? new { ms = 1 } : null)).ShouldBe(400, "invalid_filter");
        (await key.PostAsync($"{MusicShop.Database}/batch", new { operations = new[] { new { op = method == "PATCH" ? "update" : "delete", table = "tracks", filter = Filter, max_affected = 9, data = method == "PATCH" ? new { ms = 1 } : null } } }))
            .ShouldBe(400);

        Assert.Equal(5, (await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}?filter=ms%20%3E%201"))["pagination"].Number("total"));
    }

    [Fact]
    public async Task A_table_that_refers_to_one_that_is_seen_is_hidden_all_the_same()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("music", new { name = "artists", tables = new[] { "artists" } });

        foreach (var query in new[] { "expand=albums", "expand=boss(expand=albums)", "filter=albums.title%20~%20'o'", "filter=minions.albums.title%20~%20'o'" })
        {
            (await key.GetAsync($"{MusicShop.Records("artists")}?{query}")).ShouldBe(400);
            (await shop.Owner.GetAsync($"{MusicShop.Records("artists")}?{query}")).ShouldBe(200);
        }

        (await key.GetAsync($"{MusicShop.Records("artists")}?expand=boss,minions&filter=boss.name%20is%20null")).ShouldBe(200);
    }

    [Fact]
    public async Task No_error_suggests_a_name_of_what_is_hidden()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("music", new { name = "artists", tables = new[] { "artists" } });

        foreach (var query in new[] { "filter=album.title%20%3D%201", "filter=alums.titel%20%3D%201", "expand=albms", "sort=album.titl", "fields=albumss.title" })
            Assert.DoesNotContain("'albums'", (await key.GetAsync($"{MusicShop.Records("artists")}?{query}")).ShouldBe(400).Body, StringComparison.Ordinal);
    }
}
