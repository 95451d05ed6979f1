using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A database of an owner with related tables: artists, their albums, the albums' tracks, and sales of tracks.</summary>
internal sealed class MusicShop
{
    public const string Database = "/api/v1/databases/music";

    private MusicShop(Owner owner) => Owner = owner;

    public Owner Owner { get; }

    public static string Records(string table) => $"{Database}/tables/{table}/records";

    public static string Table(string table) => $"{Database}/tables/{table}";

    public static async Task<MusicShop> OpenAsync(TestServer nebula)
    {
        var owner = await nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("music");
        await MakeAsync(owner, """{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "nullable": false}, {"name": "boss_id", "type": "INTEGER", "references": {"table": "artists", "inverse": "minions"}}]}""");
        await MakeAsync(owner, """{"table_name": "albums", "columns": [{"name": "title", "type": "TEXT"}, {"name": "artist_id", "type": "INTEGER", "references": {"table": "artists"}}], "indexes": [{"columns": ["title"], "type": "fulltext"}]}""");
        await MakeAsync(owner, """{"table_name": "tracks", "columns": [{"name": "name", "type": "TEXT"}, {"name": "ms", "type": "INTEGER"}, {"name": "price", "type": "DECIMAL(6,2)"}, {"name": "album_id", "type": "INTEGER", "references": {"table": "albums"}}]}""");
        await MakeAsync(owner, """{"table_name": "sales", "columns": [{"name": "at", "type": "DATETIME"}, {"name": "country", "type": "TEXT"}, {"name": "total", "type": "DECIMAL(8,2)"}, {"name": "track_id", "type": "INTEGER", "references": {"table": "tracks"}}]}""");
        await FillAsync(owner, "artists", """[{"name": "AC/DC"}, {"name": "Björk", "boss_id": 1}, {"name": "Unheard", "boss_id": 1}]""");
        await FillAsync(owner, "albums", """[{"title": "Back in Black", "artist_id": 1}, {"title": "Let There Be Rock", "artist_id": 1}, {"title": "Homogenic", "artist_id": 2}, {"title": "Found on the attic"}]""");
        await FillAsync(owner, "tracks", """
            [{"name": "Hells Bells", "ms": 312000, "price": "0.99", "album_id": 1}, {"name": "Shoot to Thrill", "ms": 317000, "price": "0.99", "album_id": 1},
             {"name": "Overdose", "ms": 369000, "price": "1.29", "album_id": 2}, {"name": "Jóga", "ms": 305000, "price": "1.29", "album_id": 3}, {"name": "Hunter", "ms": 255000, "album_id": 3}]
            """);
        await FillAsync(owner, "sales", """
            [{"at": "2025-01-05T00:00:00Z", "country": "Norway", "total": "0.99", "track_id": 1}, {"at": "2025-06-01T00:00:00Z", "country": "Norway", "total": "2.00", "track_id": 1},
             {"at": "2026-02-01T00:00:00Z", "country": "Norway", "total": "1.29", "track_id": 3}, {"at": "2026-03-01T00:00:00Z", "country": "Chile", "total": "1.29", "track_id": 4}, {"at": "2026-03-02T00:00:00Z", "total": "5.00"}]
            """);
        return new MusicShop(owner);
    }

    /// <summary>The records of a list.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string table, string query) =>
        [.. (await Owner.GetAsync($"{Records(table)}?{query}")).ShouldBe(200).Json.List("records")];

    /// <summary>The groups of an aggregate, as they are written.</summary>
    public async Task<string> AggregateAsync(string table, string query) =>
        (await Owner.GetAsync($"{Table(table)}/aggregate?{query}")).ShouldBe(200)["groups"].GetRawText();

    private static async Task MakeAsync(Owner owner, string table) => (await owner.PostAsync($"{Database}/tables", table)).ShouldBe(201);

    private static async Task FillAsync(Owner owner, string table, string records) => (await owner.PostAsync(Records(table), records)).ShouldBe(201);
}
