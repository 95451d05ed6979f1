using Microsoft.Data.Sqlite;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Compatibility;

/// <summary>Tables that another program made in a database's file, with what Nebula itself does not declare yet.</summary>
[SqliteOnly("no other program writes its tables.")]
public sealed class ForeignTableTests : IAsyncLifetime
{
    private const string Tables = "/api/v1/databases/shop/tables";

    private TestServer? _server;
    private Owner? _owner;

    private TestServer Nebula => _server ?? throw new InvalidOperationException("The server has not been started.");

    private Owner Owner => _owner ?? throw new InvalidOperationException("Nobody has signed up.");

    public async ValueTask InitializeAsync()
    {
        if (TestEngine.IsPostgres)
            return; // its tests are skipped
        _server = await TestServer.StartAsync([]);
        _owner = await Nebula.SignUpAsync();
        await Owner.CreateShopAsync();
        await Nebula.StopAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Nebula.DataDirectory, Owner.Id, "shop.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'unknown', born INTEGER CHECK (born > 1000));
                CREATE TABLE albums (id INTEGER PRIMARY KEY, title TEXT, artist_id INTEGER REFERENCES artists (id));
                CREATE TABLE links (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
                CREATE TABLE notes (a INTEGER, b INTEGER);
                CREATE TABLE "odd name; --" (id INTEGER PRIMARY KEY, "col umn" TEXT, "quo""te" TEXT);
                CREATE VIEW everything AS SELECT * FROM artists;
                INSERT INTO artists (id, name) VALUES (1, 'Bach');
                INSERT INTO albums VALUES (1, 'Goldberg', 1);
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await Nebula.StartAsync();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task They_are_listed_with_their_columns_and_served()
    {
        var listed = (await Owner.GetAsync(Tables)).ShouldBe(200).Json.List("tables").Select(t => t.Text("name"));

        Assert.Empty(new[] { "customers", "artists", "albums", "links" }.Except(listed));
        Assert.DoesNotContain("everything", listed);
        Assert.Equal("""{"id":1,"name":"Bach","born":null}""", (await Owner.GetAsync($"{Tables}/artists/records/1")).ShouldBe(200).Body);
        Assert.Equal("unknown", (await Owner.PostAsync($"{Tables}/artists/records", new { born = 1685 })).ShouldBe(201)["record"].Text("name"));
    }

    [Fact]
    public async Task A_reference_to_what_does_not_exist_is_refused_and_so_is_taking_away_what_is_referred_to()
    {
        (await Owner.PostAsync($"{Tables}/albums/records", new { title = "x", artist_id = 99 })).ShouldBe(409, "foreign_key_violation");
        (await Owner.PutAsync($"{Tables}/albums/records/1", new { artist_id = 99 })).ShouldBe(409, "foreign_key_violation");
        (await Owner.DeleteAsync($"{Tables}/artists/records/1")).ShouldBe(409, "foreign_key_violation");

        Assert.Equal(1, (await Owner.GetAsync($"{Tables}/albums/records/1")).Number("artist_id"));
        (await Owner.DeleteAsync($"{Tables}/albums/records/1")).ShouldBe(204);
        (await Owner.DeleteAsync($"{Tables}/artists/records/1")).ShouldBe(204);
    }

    [Fact]
    public async Task A_table_that_is_referred_to_stays_until_the_other_is_gone()
    {
        (await Owner.DeleteAsync($"{Tables}/artists")).ShouldBe(409, "table_referenced");

        Assert.Equal("Bach", (await Owner.GetAsync($"{Tables}/artists/records/1")).Text("name"));
        (await Owner.DeleteAsync($"{Tables}/albums")).ShouldBe(204);
        (await Owner.DeleteAsync($"{Tables}/artists")).ShouldBe(204);
    }

    [Fact]
    public async Task A_check_of_the_table_holds()
    {
        (await Owner.PostAsync($"{Tables}/artists/records", new { born = 5 })).ShouldBe(400, "check_failed");
        (await Owner.PutAsync($"{Tables}/artists/records/1", new { born = 5 })).ShouldBe(400, "check_failed");
    }

    [Fact]
    public async Task A_composite_key_is_the_id_of_a_record()
    {
        var added = (await Owner.PostAsync($"{Tables}/links/records", new { a = 1, b = 2 })).ShouldBe(201);
        Assert.Equal(("1,2", $"{Tables}/links/records/1%2C2"), (added.Text("record_id"), added.Header("Location")));
        Assert.Equal("""{"a":1,"b":2}""", (await Owner.GetAsync($"{Tables}/links/records/1,2")).ShouldBe(200).Body);
        Assert.Equal("""{"a":1,"b":2}""", (await Owner.GetAsync(added.Header("Location")!)).ShouldBe(200).Body); // was there
        (await Owner.GetAsync($"{Tables}/links/records/2,1")).ShouldBe(404, "record_not_found");
        (await Owner.GetAsync($"{Tables}/links/records/1")).ShouldBe(404, "record_not_found");
        (await Owner.PostAsync($"{Tables}/links/records", new { a = 1, b = 2 })).ShouldBe(409, "unique_violation");
        (await Owner.DeleteAsync($"{Tables}/links/records/1,2")).ShouldBe(204);
        (await Owner.GetAsync($"{Tables}/links/records/1,2")).ShouldBe(404, "record_not_found");
    }

    [Fact]
    public async Task A_composite_key_is_sorted_and_paged_by_any_of_its_columns()
    {
        foreach (var (a, b) in new[] { (1, 9), (2, 1), (3, 5) })
            (await Owner.PostAsync($"{Tables}/links/records", new { a, b })).ShouldBe(201);
        var pages = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = (await Owner.GetAsync($"{Tables}/links/records?sort=b&limit=1&cursor={cursor}")).ShouldBe(200);
            pages.Add(page["records"].GetRawText());
            if (!page["pagination"].TryGetProperty("next_cursor", out var next))
                break;
            cursor = next.GetString();
        }

        Assert.Equal(["""[{"a":2,"b":1}]""", """[{"a":3,"b":5}]""", """[{"a":1,"b":9}]"""], pages);
    }

    [Fact]
    public async Task A_table_without_a_primary_key_is_read_and_written_but_its_records_have_no_id()
    {
        (await Owner.GetAsync($"{Tables}/notes/schema")).ShouldBe(200);
        var added = (await Owner.PostAsync($"{Tables}/notes/records", new { a = 1, b = 2 })).ShouldBe(201);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, added["record_id"].ValueKind);
        Assert.Null(added.Header("Location"));
        Assert.Equal("""[{"a":1,"b":2}]""", (await Owner.GetAsync($"{Tables}/notes/records?a=1")).ShouldBe(200)["records"].GetRawText());
        (await Owner.GetAsync($"{Tables}/notes/records/1")).ShouldBe(409, "conflict");
    }

    [Fact]
    public async Task A_name_that_no_new_table_may_have_is_served_and_breaks_nothing()
    {
        (await Owner.GetAsync($"{Tables}/{Uri.EscapeDataString("odd name; --")}/records")).ShouldBe(200);
        (await Owner.GetAsync(Tables)).ShouldBe(200);
        (await Owner.GetAsync($"{Tables}/everything/records")).ShouldBe(404, "table_not_found");
    }
}
