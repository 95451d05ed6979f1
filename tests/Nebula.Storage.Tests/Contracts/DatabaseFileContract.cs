using Nebula.Core;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>A whole database goes out as a SQLite file, and what it is made of again answers as it did.</summary>
public abstract class DatabaseFileContract(StorageFixture storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_exported_is_the_same_database_when_it_is_imported()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        await database.MakeTableAsync("""
            {"table_name": "things", "id_type": "uuid", "columns": [{"name": "j", "type": "JSON"}, {"name": "b", "type": "BLOB"}, {"name": "u", "type": "UUID"}, {"name": "r", "type": "REAL"}, {"name": "o", "type": "BOOLEAN", "nullable": false, "default": true},
             {"name": "body", "type": "TEXT", "unique": true, "check": {"max_length": 50}}], "indexes": [{"columns": ["body"], "type": "fulltext"}, {"columns": ["r"], "where": "o"}]}
            """);
        await database.Table("things").AddAsync("""{"j": {"a": [1, null]}, "b": "AAE=", "u": "019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60", "r": 0.1, "body": "Some words"}""");
        await database.Table("sales").DeleteAsync(5).Succeeds();

        var copy = await CopyAsync(tenant, database);

        foreach (var table in new[] { "artists", "albums", "tracks", "sales", "things" })
        {
            Assert.Equal(await database.Table(table).ExportAsync("").Succeeds(), await copy.Table(table).ExportAsync("").Succeeds());
            Assert.Equal(await DeclarationAsync(database, table), await DeclarationAsync(copy, table));
        }

        Assert.Equal(["artists", "albums", "tracks", "sales", "things"], (await copy.ListTablesAsync()).Select(t => t.Name));
        Assert.Equal(["\"Some words\""], (await copy.Table("things").ListAsync("search=words")).Column("body"));
        Assert.Equal(6, (await copy.Table("sales").AddAsync("""{"country": "Peru"}""")).Id);
        await copy.Table("artists").DeleteAsync(1).FailsWith(ErrorCodes.ForeignKeyViolation);
        await copy.Table("things").InsertAsync("""{"body": "Some words"}""").FailsWith(ErrorCodes.UniqueViolation);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        using var export = await tenant.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        await tenant.Services.Files.ImportAsync(tenant.Caller, database.Database.Name, StripList.None, export.Content, Ct).FailsWith(ErrorCodes.DatabaseExists);
    }

    [Fact]
    public async Task What_is_no_database_is_refused_and_leaves_none()
    {
        var tenant = await storage.Services.AddTenantAsync();
        using var body = new MemoryStream("no database at all"u8.ToArray());

        await tenant.Services.Files.ImportAsync(tenant.Caller, Some.Database("copy"), StripList.None, body, Ct).FailsWith(ErrorCodes.InvalidBody);

        Assert.Empty(await tenant.Services.Databases.ListAsync(tenant.Caller, 10, 0, Ct).Succeeds());
    }

    private static async Task<TestDatabase> CopyAsync(Tenant tenant, TestDatabase database)
    {
        using var export = await tenant.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();
        await tenant.Services.Files.ImportAsync(tenant.Caller, Some.Database("copy"), StripList.None, export.Content, Ct).Succeeds();
        return await tenant.OpenDatabaseAsync("copy");
    }

    private static async Task<string> DeclarationAsync(TestDatabase database, string table) =>
        System.Text.Encoding.UTF8.GetString(Nebula.Core.Tables.TableDefinitionJson.Write((await database.GetTableAsync(table).Succeeds()).Definition ?? throw new InvalidOperationException("No definition.")));
}
