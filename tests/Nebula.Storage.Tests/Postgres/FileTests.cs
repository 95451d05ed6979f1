using System.Text;
using Nebula.Core;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Files of other programs, which hold what SQLite allows.</summary>
public sealed class FileTests(PostgresFixture storage) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_of_another_program_are_taken_over_with_their_keys_and_references()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await ImportAsync(tenant, "copy",
            """
            CREATE TABLE Artist (ArtistId INTEGER NOT NULL PRIMARY KEY, Name NVARCHAR(120) UNIQUE);
            CREATE TABLE PlaylistTrack (PlaylistId INTEGER NOT NULL, TrackId INTEGER NOT NULL, ArtistId INTEGER REFERENCES Artist, At DATETIME, PRIMARY KEY (PlaylistId, TrackId));
            INSERT INTO Artist VALUES (1, 'AC/DC'), (7, 'Accept');
            INSERT INTO PlaylistTrack VALUES (1, 2, 7, '2026-01-02T03:04:05.000Z'), (1, 1, NULL, NULL);
            """);

        Assert.Equal(["\"AC/DC\"", "\"Accept\""], (await database.Table("Artist").ListAsync()).Column("Name"));
        Assert.Equal(["1", "2"], (await database.Table("PlaylistTrack").ListAsync()).Column("TrackId"));
        Assert.Equal(["\"2026-01-02T03:04:05.000Z\""], (await database.Table("PlaylistTrack").ListAsync("TrackId=2")).Column("At"));
        await database.Table("Artist").InsertAsync("""{"Name": "Accept"}""").FailsWith(ErrorCodes.UniqueViolation);
        Assert.Equal("9", (await database.Table("Artist").AddAsync("""{"Name": "Aerosmith"}"""))["ArtistId"]); // the refused one used up 8
        await database.Table("Artist").DeleteAsync(9).Succeeds();
        await database.Table("PlaylistTrack").InsertAsync("""{"PlaylistId": 1, "TrackId": 5, "ArtistId": 99}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        using var export = await tenant.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();
        await tenant.Services.Files.ImportAsync(tenant.Caller, Some.Database("again"), StripList.None, export.Content, Ct).Succeeds();
        Assert.Equal(["1", "2"], (await (await tenant.OpenDatabaseAsync("again")).Table("PlaylistTrack").ListAsync()).Column("TrackId"));
    }

    [Theory]
    [InlineData("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 'no number'), (2, 2)")]
    [InlineData("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT); INSERT INTO t VALUES (1, 'a' || char(0) || 'b')")]
    [InlineData("CREATE TABLE t (id INTEGER PRIMARY KEY, xmin INTEGER)")]
    public async Task What_PostgreSQL_can_t_hold_is_refused_by_name_and_leaves_nothing(string sql)
    {
        var tenant = await storage.Services.AddTenantAsync();
        var schemas = await CountSchemasAsync();

        using var file = new MemoryStream(FileOf(sql));
        await tenant.Services.Files.ImportAsync(tenant.Caller, Some.Database("copy"), StripList.None, file, Ct).FailsWith(ErrorCodes.InvalidBody);

        Assert.Empty(await tenant.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds());
        Assert.Equal(schemas, await CountSchemasAsync());
    }

    [Fact]
    public async Task A_database_that_nobody_has_used_is_a_file_without_tables()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();

        using var export = await tenant.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        var header = new byte[15];
        await export.Content.ReadExactlyAsync(header, Ct);
        Assert.Equal("SQLite format 3", Encoding.ASCII.GetString(header));
    }

    private static async Task<TestDatabase> ImportAsync(Tenant tenant, string name, string sql)
    {
        using var file = new MemoryStream(FileOf(sql));
        await tenant.Services.Files.ImportAsync(tenant.Caller, Some.Database(name), StripList.None, file, Ct).Succeeds();
        return await tenant.OpenDatabaseAsync(name);
    }

    private static byte[] FileOf(string sql)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("other.db");
        using (var other = new OtherProgram(path, create: true))
            other.Run(sql);
        return File.ReadAllBytes(path);
    }

    private async Task<string> CountSchemasAsync() => (await storage.Database.ColumnAsync("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct))[0];
}
