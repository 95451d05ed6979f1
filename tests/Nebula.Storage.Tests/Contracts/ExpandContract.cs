using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Records with those that they are related to, and lists that go by columns of related ones.</summary>
public abstract class ExpandContract(StorageFixture storage)
{
    [Theory]
    [InlineData("albums", "expand=artist(fields=name)&fields=title&limit=1", """{"title":"Back in Black","expand":{"artist":{"name":"AC/DC"}}}""")]
    [InlineData("albums", "expand=artist(fields=name)&fields=title&offset=3", """{"title":"Found on the attic","expand":{"artist":null}}""")]
    [InlineData("albums", "fields=id&expand=tracks(limit=1,sort=-ms,fields=name,filter=ms > 260000)",
        """{"id":1,"expand":{"tracks":[{"name":"Shoot to Thrill"}]}}""", """{"id":2,"expand":{"tracks":[{"name":"Overdose"}]}}""", """{"id":3,"expand":{"tracks":[{"name":"Jóga"}]}}""", """{"id":4,"expand":{"tracks":[]}}""")]
    [InlineData("artists", "fields=name&filter=id < 3&expand=albums(fields=title,expand=tracks(fields=name,sort=name)),boss(fields=name),minions(fields=name)",
        """{"name":"AC/DC","expand":{"albums":[{"title":"Back in Black","expand":{"tracks":[{"name":"Hells Bells"},{"name":"Shoot to Thrill"}]}},{"title":"Let There Be Rock","expand":{"tracks":[{"name":"Overdose"}]}}],"boss":null,"minions":[{"name":"Björk"},{"name":"Unheard"}]}}""",
        """{"name":"Björk","expand":{"albums":[{"title":"Homogenic","expand":{"tracks":[{"name":"Hunter"},{"name":"Jóga"}]}}],"boss":{"name":"AC/DC"},"minions":[]}}""")]
    [InlineData("tracks", "fields=name,album.title,album.artist.name&sort=album.artist.name,-name&limit=2",
        """{"name":"Shoot to Thrill","album.title":"Back in Black","album.artist.name":"AC/DC"}""", """{"name":"Overdose","album.title":"Let There Be Rock","album.artist.name":"AC/DC"}""")]
    [InlineData("sales", "fields=id&sort=-track.album.artist.name:nullslast,id",
        """{"id":4}""", """{"id":1}""", """{"id":2}""", """{"id":3}""", """{"id":5}""")]
    [InlineData("artists", "fields=id&filter=albums.tracks.name ~ 'BELLS' or minions.name = 'Björk'", """{"id":1}""")]
    public async Task Related_records_come_along(string table, string query, params string[] records)
    {
        var database = await MusicAsync();

        Assert.Equal(records, (await database.Table(table).ListAsync(query)).Rows.Select(Text));
    }

    [Fact]
    public async Task Pages_by_cursor_in_the_order_of_a_related_column_are_that_order()
    {
        var database = await MusicAsync();
        const string Query = "fields=id&sort=-track.album.title,-total&limit=2&expand=track(fields=id)";
        var whole = (await database.Table("sales").ListAsync(Query.Replace("limit=2", "limit=100", StringComparison.Ordinal))).Rows.Select(Text).ToList();

        var found = new List<string>();
        var cursor = "";
        do
        {
            var page = await database.Table("sales").ListAsync($"{Query}&cursor={Uri.EscapeDataString(cursor)}");
            found.AddRange(page.Rows.Select(Text));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(whole, found);
    }

    [Theory]
    [InlineData("expand=none")]
    [InlineData("expand=tracks(limit=0)")]
    [InlineData("expand=artist(limit=1)")]
    [InlineData("expand=tracks,tracks")]
    public async Task What_makes_no_sense_is_refused(string query) =>
        await (await MusicAsync()).Table("albums").TryListAsync(query).FailsWith(ErrorCodes.InvalidParameter);

    private static string Text(System.Text.Json.Nodes.JsonObject row) => row.ToJsonString(_readable);

    private static readonly System.Text.Json.JsonSerializerOptions _readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task<TestDatabase> MusicAsync() => await (await storage.Services.AddTenantAsync()).AddMusicAsync();
}
