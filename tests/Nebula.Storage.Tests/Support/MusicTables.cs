namespace Nebula.Storage.Tests.Support;

/// <summary>Related tables with a few records: artists, their albums, the albums' tracks, and sales of tracks.</summary>
public static class MusicTables
{
    public static async Task<TestDatabase> AddMusicAsync(this Tenant tenant)
    {
        var database = await tenant.AddDatabaseAsync();
        await MakeAsync(database, """{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "nullable": false}, {"name": "boss_id", "type": "INTEGER", "references": {"table": "artists", "inverse": "minions"}}]}""",
            """[{"name": "AC/DC"}, {"name": "Björk", "boss_id": 1}, {"name": "Unheard", "boss_id": 1}]""");
        await MakeAsync(database, """{"table_name": "albums", "columns": [{"name": "title", "type": "TEXT"}, {"name": "artist_id", "type": "INTEGER", "references": {"table": "artists"}}]}""",
            """[{"title": "Back in Black", "artist_id": 1}, {"title": "Let There Be Rock", "artist_id": 1}, {"title": "Homogenic", "artist_id": 2}, {"title": "Found on the attic"}]""");
        await MakeAsync(database, """{"table_name": "tracks", "columns": [{"name": "name", "type": "TEXT"}, {"name": "ms", "type": "INTEGER"}, {"name": "price", "type": "DECIMAL(6,2)"}, {"name": "album_id", "type": "INTEGER", "references": {"table": "albums"}}]}""",
            """
            [{"name": "Hells Bells", "ms": 312000, "price": "0.99", "album_id": 1}, {"name": "Shoot to Thrill", "ms": 317000, "price": "0.99", "album_id": 1},
             {"name": "Overdose", "ms": 369000, "price": "1.29", "album_id": 2}, {"name": "Jóga", "ms": 305000, "price": "1.29", "album_id": 3}, {"name": "Hunter", "ms": 255000, "album_id": 3}]
            """);
        await MakeAsync(database, """{"table_name": "sales", "columns": [{"name": "at", "type": "DATETIME"}, {"name": "country", "type": "TEXT"}, {"name": "total", "type": "DECIMAL(8,2)"}, {"name": "weight", "type": "REAL"}, {"name": "paid", "type": "BOOLEAN"}, {"name": "day", "type": "DATE"}, {"name": "track_id", "type": "INTEGER", "references": {"table": "tracks"}}]}""",
            """
            [{"at": "2025-01-05T00:00:00Z", "country": "Norway", "total": "0.99", "track_id": 1, "weight": 0.5, "paid": true, "day": "2025-01-06"}, {"at": "2025-06-01T00:00:00Z", "country": "Norway", "total": "2.00", "track_id": 1, "weight": 1.25, "paid": false},
             {"at": "2026-02-01T00:00:00Z", "country": "Norway", "total": "1.29", "track_id": 3, "paid": true}, {"at": "2026-03-01T00:00:00Z", "country": "Chile", "total": "1.29", "track_id": 4, "weight": -2, "day": "2026-03-02"}, {"at": "2026-03-02T00:00:00Z", "total": "5.00"}]
            """);
        return database;
    }

    private static async Task MakeAsync(TestDatabase database, string definition, string records)
    {
        var table = await database.MakeTableAsync(definition);
        (await table.InsertManyAsync(records).Succeeds()).Dispose();
    }
}
