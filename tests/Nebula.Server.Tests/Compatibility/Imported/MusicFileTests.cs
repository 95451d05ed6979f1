using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nebula.Server.Tests.Faults;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Server.Tests.Options;

namespace Nebula.Server.Tests.Compatibility.Imported;

/// <summary>A file of another program is imported in one call; what Nebula answers of it is what SQL answers of the file.</summary>
public sealed class MusicFileTests(SharedServer shared) : ServerTests(shared), IAsyncLifetime
{
    private const string Tables = "/api/v1/databases/music/tables";
    private static readonly string[] _tables = ["Album", "Artist", "Customer", "Employee", "Invoice", "InvoiceLine", "Playlist", "PlaylistTrack", "Track"];

    private readonly TemporaryDirectory _folder = new();
    private SqliteConnection? _file;
    private Owner? _owner;

    private Owner Owner => _owner ?? throw new InvalidOperationException("Nobody signed up.");

    private SqliteConnection File => _file ?? throw new InvalidOperationException("There is no file.");

    public async ValueTask InitializeAsync()
    {
        var path = MusicFile.In(_folder.Path);
        _file = SqliteFile.Open(path);
        _owner = await Nebula.SignUpAsync();
        var imported = await Owner.PostAsync("/api/v1/databases/import?db_name=music", await System.IO.File.ReadAllBytesAsync(path, Ct), ("Content-Type", "application/vnd.sqlite3"));
        imported.ShouldBe(201);
    }

    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        _folder.Dispose();
        return default;
    }

    [Fact]
    public Task Revenue_by_country_and_year() => SameAsync(
        "Invoice/aggregate?select=sum(Total),count()&group=BillingCountry,year(InvoiceDate)&limit=10000", "groups",
        "SELECT BillingCountry, CAST(substr(InvoiceDate, 1, 4) AS INTEGER), sum(Total), count(*) FROM Invoice GROUP BY 1, 2 ORDER BY 1, 2");

    [Fact]
    public Task The_ten_artists_that_sell_best() => SameAsync(
        "InvoiceLine/aggregate?select=sum(Quantity),sum(UnitPrice)&group=Track.Album.Artist.Name&sort=-sum_Quantity&limit=10", "groups",
        """
        SELECT a.Name, sum(l.Quantity), sum(l.UnitPrice) FROM InvoiceLine l LEFT JOIN Track t USING (TrackId) LEFT JOIN Album b USING (AlbumId) LEFT JOIN Artist a USING (ArtistId)
        GROUP BY a.Name ORDER BY 2 DESC, 1 LIMIT 10
        """);

    [Fact]
    public Task Customers_without_invoices() => SameAsync(
        "Customer/records?filter=not%20Invoice.InvoiceId%20is%20not%20null&fields=CustomerId,LastName&limit=1000", "records",
        "SELECT CustomerId, LastName FROM Customer c WHERE NOT EXISTS (SELECT 1 FROM Invoice i WHERE i.CustomerId = c.CustomerId) ORDER BY 1");

    [Fact]
    public Task Tracks_whose_albums_artists_name_holds_a_word() => SameAsync(
        "Track/records?filter=Album.Artist.Name%20~%20'iron'&fields=TrackId,Album.Artist.Name&sort=TrackId&limit=1000", "records",
        "SELECT t.TrackId, a.Name FROM Track t JOIN Album b USING (AlbumId) JOIN Artist a USING (ArtistId) WHERE instr(lower(a.Name), 'iron') > 0 ORDER BY 1 LIMIT 1000");

    [Fact]
    public async Task Employees_under_a_manager()
    {
        foreach (var manager in File.Texts("SELECT DISTINCT ReportsTo FROM Employee WHERE ReportsTo IS NOT NULL"))
        {
            var sql = $"SELECT EmployeeId FROM Employee WHERE ReportsTo = {manager} ORDER BY 1";
            await SameAsync($"Employee/records?filter=ReportsTo.EmployeeId%20%3D%20{manager}&fields=EmployeeId", "records", sql);
            await SameAsync($"Employee/records?ReportsTo={manager}&fields=EmployeeId", "records", sql);
        }
    }

    [Fact]
    public Task Playlists_of_a_track() => SameAsync(
        "Playlist/records?filter=PlaylistTrack.TrackId%20%3D%2010&fields=PlaylistId", "records", "SELECT PlaylistId FROM PlaylistTrack WHERE TrackId = 10 ORDER BY 1");

    [Fact]
    public async Task Albums_with_their_tracks()
    {
        var albums = await AllAsync("Album", "sort=AlbumId&fields=AlbumId&expand=Artist(fields=Name),Track(fields=TrackId,sort=-Milliseconds,limit=1000)&limit=50");

        Assert.Equal(File.Texts("SELECT AlbumId FROM Album ORDER BY 1"), albums.Select(a => a.GetProperty("AlbumId").ToString()));
        foreach (var album in albums)
        {
            var id = album.GetProperty("AlbumId");
            Assert.Equal(
                File.Texts($"SELECT TrackId FROM Track WHERE AlbumId = {id} ORDER BY Milliseconds DESC, TrackId DESC"),
                album.GetProperty("expand").List("Track").Select(t => t.GetProperty("TrackId").ToString()));
            Assert.Equal(File.Texts($"SELECT Name FROM Artist JOIN Album USING (ArtistId) WHERE AlbumId = {id}").Single(), album.GetProperty("expand").GetProperty("Artist").Text("Name"));
        }
    }

    [Fact]
    public async Task Every_row_of_a_composite_key_by_cursor_and_by_its_id()
    {
        var rows = await AllAsync("PlaylistTrack", "sort=-TrackId&limit=333");

        Assert.Equal(File.Texts("SELECT PlaylistId || ',' || TrackId FROM PlaylistTrack ORDER BY TrackId DESC, PlaylistId DESC"), rows.Select(r => $"{r.Number("PlaylistId")},{r.Number("TrackId")}"));
        var (list, track) = (rows[0].Number("PlaylistId"), rows[0].Number("TrackId"));
        Assert.Equal(rows[0].GetRawText(), (await Owner.GetAsync($"{Tables}/PlaylistTrack/records/{list},{track}")).ShouldBe(200).Body);
    }

    [Fact]
    [SqliteOnly("a whole number among REALs is one of them.")]
    public async Task What_goes_out_again_is_what_came_in()
    {
        var exported = (await Owner.GetAsync("/api/v1/databases/music/export")).ShouldBe(200);
        var path = Path.Combine(_folder.Path, "exported.sqlite");
        await System.IO.File.WriteAllBytesAsync(path, exported.Bytes, Ct);

        Assert.Empty(SqliteFile.Problems(path));
        using var copy = SqliteFile.Open(path);
        foreach (var table in _tables)
        {
            var columns = string.Join(" || '|' || ", File.Texts($"SELECT name FROM pragma_table_info('{table}')").Select(c => $"quote(\"{c}\")"));
            var sql = $"SELECT {columns} FROM \"{table}\" ORDER BY 1";
            Assert.Equal(File.Texts(sql), copy.Texts(sql));
        }
    }

    private async Task<List<JsonElement>> AllAsync(string table, string query)
    {
        var records = new List<JsonElement>();
        for (var cursor = ""; ;)
        {
            var page = (await Owner.GetAsync($"{Tables}/{table}/records?{query}&cursor={cursor}")).ShouldBe(200);
            records.AddRange(page.Json.List("records"));
            if (!page["pagination"].TryGetProperty("next_cursor", out var next))
                return records;
            cursor = next.GetString();
        }
    }

    private async Task SameAsync(string request, string member, string sql)
    {
        var answer = (await Owner.GetAsync($"{Tables}/{request}")).ShouldBe(200);

        var expected = Rows(sql);
        Assert.True(expected.Count > 0 || MusicFile.IsReal, "The sample answers the question with nothing."); // a real one may: every customer may have bought
        Assert.Equal(expected, answer.Json.List(member).Select(row => string.Join(" | ", row.EnumerateObject().Select(p => Shown(p.Value)))));
    }

    private List<string> Rows(string sql)
    {
        using var command = File.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetValue(i) switch { double d => Shown(d), var other => other.ToString() })));
        return rows;
    }

    private static string? Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number when !value.TryGetInt64(out _) => Shown(value.GetDouble()),
        _ => value.ToString(),
    };

    /// <summary>As a price; sums of doubles differ in their last bits. A whole one is written as JSON writes it.</summary>
    private static string Shown(double value) => Math.Round(value, 6) is var rounded && rounded == Math.Floor(rounded)
        ? ((long)rounded).ToString(CultureInfo.InvariantCulture)
        : rounded.ToString("R", CultureInfo.InvariantCulture);
}
