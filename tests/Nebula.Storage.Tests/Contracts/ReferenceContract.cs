using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>References, and what becomes of the records that have them.</summary>
public abstract class ReferenceContract(StorageFixture storage) : IAsyncLifetime
{
    private TestDatabase _database = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        _database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.MakeTableAsync("""{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "unique": true}, {"name": "age", "type": "INTEGER"}]}""");
        await _database.Table("artists").AddAsync("""{"name": "Ada"}""");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("restrict")]
    [InlineData("cascade")]
    [InlineData("set_null")]
    public async Task What_becomes_of_a_record_when_its_target_is_deleted_is_as_declared(string action)
    {
        var albums = await AlbumsAsync($$"""{"table": "Artists", "on_delete": "{{action}}"}""");
        var album = await albums.AddAsync("""{"artist_id": 1}""");

        var deleted = await _database.Table("artists").DeleteAsync(1);

        if (action == "restrict")
            deleted.FailsWith(ErrorCodes.ForeignKeyViolation);
        else
            deleted.Succeeds();
        var found = await albums.FindAsync(album.Id);
        Assert.Equal(action switch { "restrict" => "1", "set_null" => "null", _ => ErrorCodes.RecordNotFound }, found.Code() == "ok" ? found.Succeeds()["artist_id"] : found.Code());
    }

    [Fact]
    public async Task A_reference_to_nothing_is_refused()
    {
        var albums = await AlbumsAsync("""{"table": "artists"}""");

        var error = await albums.InsertAsync("""{"artist_id": 9}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        Assert.Equal("artist_id", Assert.Single(error.Details).Field);
    }

    [Fact]
    public async Task A_reference_makes_relations_that_can_be_named()
    {
        await AlbumsAsync("""{"table": "artists", "as": "singer", "inverse": "records"}""");

        var albums = await _database.GetTableAsync("albums").Succeeds();
        var artists = await _database.GetTableAsync("artists").Succeeds();

        var schema = new DatabaseSchema(await _database.ListTablesAsync());
        Assert.Equal(["singer"], schema.RelationsOf(albums).Select(r => r.Name));
        Assert.Equal([("records", true)], schema.RelationsOf(artists).Select(r => (r.Name, r.IsToMany)));
        Assert.Equal(["albums_artist_id_idx"], albums.Indexes.Select(i => i.Name));
    }

    [Theory]
    [InlineData("""{"table": "nobody"}""", "INTEGER", "columns[0].references.table invalid")]
    [InlineData("""{"table": "artists", "column": "nothing"}""", "INTEGER", "columns[0].references.column unknown_column")]
    [InlineData("""{"table": "artists", "column": "age"}""", "INTEGER", "columns[0].references.column invalid")]
    [InlineData("""{"table": "artists"}""", "TEXT", "columns[0].references.column wrong_type")]
    [InlineData("""{"table": "artists", "column": "name"}""", "INTEGER", "columns[0].references.column wrong_type")]
    [InlineData("""{"table": "artists"}""", "UUID", "columns[0].references.column wrong_type")]
    public async Task A_reference_that_leads_nowhere_is_refused_by_its_place(string references, string type, string fault)
    {
        var error = await _database.TryMakeTableAsync($$"""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "{{type}}", "references": {{references}}}]}""")
            .FailsWith(ErrorCodes.InvalidSchema);

        Assert.Equal([fault], error.Details.Select(d => $"{d.Field} {d.Code}"));
        await _database.GetTableAsync("albums").FailsWith(ErrorCodes.TableNotFound);
    }

    [Fact]
    public async Task A_table_may_refer_to_itself_and_to_a_unique_column()
    {
        await _database.MakeTableAsync(
            """
            {"table_name": "people", "id_type": "uuid", "columns": [
              {"name": "boss_id", "type": "UUID", "references": {"table": "PEOPLE", "on_delete": "set_null"}},
              {"name": "singer", "type": "TEXT", "references": {"table": "artists", "column": "NAME"}}]}
            """);

        var row = await _database.Table("people").AddAsync("""{"singer": "Ada"}""");
        await _database.Table("people").AddAsync($$"""{"boss_id": {{row["id"]}}}""");

        await _database.Table("people").InsertAsync("""{"singer": "Bob"}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        var table = await _database.GetTableAsync("people").Succeeds();
        Assert.Equal([("people", "id"), ("artists", "name")], table.ForeignKeys.Select(k => (k.TargetTable, k.TargetColumn ?? "")));
    }

    private Task<TestTable> AlbumsAsync(string references) =>
        _database.MakeTableAsync($$"""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "INTEGER", "references": {{references}}}]}""");
}
