using Nebula.Server.Tests.Faults;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases.Files;

/// <summary>A file of another program is a database after one call.</summary>
public sealed class DatabaseImportTests(SharedServer shared) : ServerTests(shared)
{
    private const string Import = "/api/v1/databases/import?db_name=music";
    private const string Tables = "/api/v1/databases/music/tables";

    private static readonly string[] _music =
    [
        "CREATE TABLE [Artist] ([ArtistId] INTEGER NOT NULL, [Name] NVARCHAR(120), CONSTRAINT [PK_Artist] PRIMARY KEY ([ArtistId]))",
        "CREATE TABLE [Album] ([AlbumId] INTEGER NOT NULL PRIMARY KEY, [Title] NVARCHAR(160) NOT NULL, [ArtistId] INTEGER NOT NULL REFERENCES [Artist] ([ArtistId]))",
        "CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId])",
        "CREATE TABLE Playlist (PlaylistId INTEGER, AlbumId INTEGER, PRIMARY KEY (PlaylistId, AlbumId))",
        "CREATE TABLE Price (Code TEXT PRIMARY KEY, Amount NUMERIC(10,2), Since DATETIME) WITHOUT ROWID",
        "CREATE TABLE Log (At TEXT, What TEXT)",
        "INSERT INTO Artist VALUES (1, 'AC/DC'), (7, 'Accept')",
        "INSERT INTO Album VALUES (1, 'For Those About To Rock', 1), (2, 'Balls to the Wall', 7)",
        "INSERT INTO Playlist VALUES (3, 1), (3, 2)",
        "INSERT INTO Price VALUES ('a,b/c~d', 0.99, '2009-01-01 00:00:00'), ('x', 2, NULL)",
        "INSERT INTO Log VALUES ('now', 'played'), (NULL, NULL)",
    ];

    [Fact]
    public async Task It_is_served_with_its_own_keys_and_relations()
    {
        var owner = await Nebula.SignUpAsync();

        var imported = (await owner.PostAsync(Import, SqliteUpload.Of(_music))).ShouldBe(201);

        Assert.Equal("""{"message":"Database imported","db_name":"music","tables":5,"rows":10}""", imported.Body);
        Assert.Equal("/api/v1/databases/music", imported.Header("Location"));
        Assert.Equal(["Artist", "Album", "Playlist", "Price", "Log"], (await owner.GetAsync(Tables)).Json.List("tables").Select(t => t.Text("name")));
        Assert.Equal("""{"AlbumId":2,"Title":"Balls to the Wall","ArtistId":7,"expand":{"Artist":{"ArtistId":7,"Name":"Accept"}}}""",
            (await owner.GetAsync($"{Tables}/album/records/2?expand=artist")).ShouldBe(200).Body);
        Assert.Equal("""{"PlaylistId":3,"AlbumId":2}""", (await owner.GetAsync($"{Tables}/Playlist/records/3,2")).ShouldBe(200).Body);
        Assert.Equal("""{"Code":"a,b/c~d","Amount":0.99,"Since":"2009-01-01 00:00:00"}""",
            (await owner.GetAsync($"{Tables}/Price/records/a~1b%2Fc~0d")).ShouldBe(200).Body);
        Assert.Equal("""[{"At":null,"What":null},{"At":"now","What":"played"}]""", (await owner.GetAsync($"{Tables}/Log/records"))["records"].GetRawText());
        Assert.Equal(5, (await owner.GetAsync("/api/v1/databases")).Json.List("databases").Single().Number("tables"));
    }

    [Fact]
    public async Task It_is_written_as_any_other()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of(_music))).ShouldBe(201);

        var added = (await owner.PostAsync($"{Tables}/Price/records", new { Code = "y/z", Amount = 1.5 })).ShouldBe(201);
        (await owner.PatchAsync($"{Tables}/Price/records/y%2Fz", new { Amount = 2 })).ShouldBe(200);
        (await owner.PostAsync($"{Tables}/Album/records", new { Title = "x", ArtistId = 99 })).ShouldBe(409, "foreign_key_violation");

        Assert.Equal($"{Tables}/Price/records/y%2Fz", added.Header("Location"));
        Assert.Equal("Code,Amount,Since\r\n\"a,b/c~d\",0.99,2009-01-01 00:00:00\r\nx,2,\r\ny/z,2,\r\n", (await owner.GetAsync($"{Tables}/Price/export?format=csv")).Body);
    }

    [Fact]
    public async Task A_column_has_a_type_that_says_more_only_if_all_its_values_fit()
    {
        var owner = await Nebula.SignUpAsync();
        string[] types = ["BOOLEAN", "DATE", "DATETIME", "UUID", "JSON"];
        string[] good = ["1", "'2026-11-23'", "'2026-11-23T10:00:00.000Z'", "'01a20f26-c40d-720b-b175-35e72bb0ed63'", "'{\"a\": [1]}'"];
        string[] bad = ["2", "20261123", "'2026-11-23 10:00'", "'01A20F26-C40D-720B-B175-35E72BB0ED63'", "'{'"];
        var columns = types.SelectMany((t, i) => new[] { $"good{i} {t}", $"bad{i} {t}" });
        var values = good.Zip(bad).SelectMany(p => new[] { p.First, p.Second });

        (await owner.PostAsync(Import, SqliteUpload.Of(
            $"CREATE TABLE t (id INTEGER PRIMARY KEY, {string.Join(", ", columns)}, price DECIMAL(10,2))", $"INSERT INTO t VALUES (1, {string.Join(", ", values)}, 12.5)",
            "INSERT INTO t (id) VALUES (2)"))).ShouldBe(201);

        Assert.Equal(
            """{"id":1,"good0":true,"bad0":2,"good1":"2026-11-23","bad1":20261123,"good2":"2026-11-23T10:00:00.000Z","bad2":"2026-11-23 10:00","good3":"01a20f26-c40d-720b-b175-35e72bb0ed63","bad3":"01A20F26-C40D-720B-B175-35E72BB0ED63","good4":{"a":[1]},"bad4":"{","price":12.5}""",
            (await owner.GetAsync($"{Tables}/t/records/1")).Body);
        var added = await owner.PostAsync($"{Tables}/t/records", new { good0 = 2, bad0 = 7, good1 = "x", bad1 = 5, good2 = "x", bad2 = "any", good3 = "x", bad3 = "any", bad4 = "{" });
        added.ShouldBe(400, "invalid_record", ("good0", "wrong_type"), ("good1", "not_a_date"), ("good2", "not_a_date"), ("good3", "not_a_uuid"));
    }

    [Fact]
    public async Task What_was_found_of_its_types_outlives_a_restart()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of("CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, flag BOOLEAN)", "INSERT INTO t VALUES (1, '2026-11-23', 5)"))).ShouldBe(201);

        await server.RestartAsync();

        (await owner.PostAsync($"{Tables}/t/records", new { day = "x", flag = 9 })).ShouldBe(400, "invalid_record", ("day", "not_a_date"));
    }

    [Fact]
    public async Task A_renamed_column_keeps_the_type_that_was_found()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of("CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE)", "INSERT INTO t VALUES (1, '2026-11-23')"))).ShouldBe(201);

        (await owner.PatchAsync($"{Tables}/t", """{"rename_columns":[{"from":"day","to":"born"}]}""")).ShouldBe(200);

        (await owner.PostAsync($"{Tables}/t/records", new { born = "x" })).ShouldBe(400, "invalid_record", ("born", "not_a_date"));
    }

    [Fact]
    public async Task What_Nebula_added_to_it_is_still_there_when_it_is_imported_again()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of("CREATE TABLE t (id INTEGER PRIMARY KEY, a NVARCHAR(10) DEFAULT ('x'))", "INSERT INTO t VALUES (1, 'red apple')"))).ShouldBe(201);
        (await owner.PatchAsync($"{Tables}/t", """{"add_columns":[{"name":"price","type":"DECIMAL(10,2)"}],"add_indexes":[{"columns":["a"],"type":"fulltext"}]}""")).ShouldBe(200);
        (await owner.PutAsync($"{Tables}/t/records/1", new { price = "12.30" })).ShouldBe(200);
        var file = (await owner.GetAsync("/api/v1/databases/music/export")).ShouldBe(200).Bytes;

        (await owner.PostAsync("/api/v1/databases/import?db_name=again", new Upload(SqliteUpload.MediaType, file))).ShouldBe(201);

        Assert.Equal("""[{"id":1,"a":"red apple","price":"12.30"}]""", (await owner.GetAsync("/api/v1/databases/again/tables/t/records?search=apple"))["records"].GetRawText());
    }

    [Fact]
    public async Task What_Nebula_once_declared_of_a_table_that_was_made_again_is_not_believed()
    {
        var owner = await Nebula.SignUpAsync();
        const string Definition = """{"table_name":"t","columns":[{"name":"price","type":"DECIMAL(10,2)"}]}""";

        (await owner.PostAsync(Import, SqliteUpload.Of(
            "CREATE TABLE _nebula_tables (name TEXT, definition TEXT)", $"INSERT INTO _nebula_tables VALUES ('t', '{Definition}')",
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, price DECIMAL(10,2), created_at TEXT NOT NULL, updated_at TEXT NOT NULL)",
            "INSERT INTO t VALUES (1, 5, '2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00.000Z')"))).ShouldBe(201);

        Assert.Equal("5", (await owner.GetAsync($"{Tables}/t/records/1")).ShouldBe(200)["price"].GetRawText());
    }

    [Fact]
    [SqliteOnly("its columns take no value that is refused today.")]
    public async Task A_file_of_an_older_build_stays_nebulas_own_with_values_that_are_refused_today()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync("/api/v1/databases", new { db_name = "older" })).ShouldBe(201);
        (await owner.PostAsync("/api/v1/databases/older/tables", """{"table_name": "t", "columns": [{"name": "r", "type": "REAL"}, {"name": "day", "type": "DATE"}]}""")).ShouldBe(201);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(path, (await owner.GetAsync("/api/v1/databases/older/export")).ShouldBe(200).Bytes, Ct);
            using (var file = SqliteFile.Open(path))
            {
                file.Run("PRAGMA writable_schema = ON");
                Assert.Equal(1, file.Run("UPDATE sqlite_schema SET sql = replace(sql, ' AND \"r\" > -9e999 AND \"r\" < 9e999', '') WHERE name = 't' AND sql LIKE '%9e999%'"));
                file.Run("PRAGMA writable_schema = RESET");
                file.Run("INSERT INTO t (r, day) VALUES (9e999, '2026-11-24')");
            }

            (await owner.PostAsync(Import, new Upload(SqliteUpload.MediaType, await File.ReadAllBytesAsync(path, Ct)))).ShouldBe(201);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal("2026-11-24", (await owner.GetAsync($"{Tables}/t/records/1")).ShouldBe(200).Text("day"));
        (await owner.PatchAsync($"{Tables}/t", """{"alter_columns": [{"name": "day", "nullable": false}]}""")).ShouldBe(400, "check_failed", ("r", "out_of_range"));
        (await owner.PutAsync($"{Tables}/t/records/1", new { r = 1 })).ShouldBe(200);
        (await owner.PatchAsync($"{Tables}/t", """{"alter_columns": [{"name": "day", "nullable": false}]}""")).ShouldBe(200);
    }

    [Theory]
    [InlineData("a TEXT, n INTEGER")]
    [InlineData("a TEXT, n INTEGER PRIMARY KEY DESC")]
    [InlineData("a TEXT, n INTEGER, PRIMARY KEY (n, a)")]
    [InlineData("a TEXT PRIMARY KEY, n INTEGER, _rowid_ TEXT")]
    public Task A_full_text_index_that_Nebula_added_is_still_there_whatever_the_key_is(string columns) => KeepsFullTextAsync(columns);

    [Fact]
    [SqliteOnly("the default of a key that another program made does not come along.")]
    public Task A_full_text_index_that_Nebula_added_is_still_there_when_a_part_of_the_key_has_a_default() => KeepsFullTextAsync("a TEXT, n INTEGER, k TEXT DEFAULT 'k', PRIMARY KEY (n, k)");

    private async Task KeepsFullTextAsync(string columns)
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of(
            $"CREATE TABLE t ({columns})", "INSERT INTO t (a, n) VALUES ('gone', 9), ('red apple', 5), ('pear', 4), ('green apple', 3)", "DELETE FROM t WHERE n = 9"))).ShouldBe(201);
        (await owner.PatchAsync($"{Tables}/t", """{"add_indexes":[{"columns":["a"],"type":"fulltext"}]}""")).ShouldBe(200);
        var file = (await owner.GetAsync("/api/v1/databases/music/export")).ShouldBe(200).Bytes;

        (await owner.PostAsync("/api/v1/databases/import?db_name=again", new Upload(SqliteUpload.MediaType, file))).ShouldBe(201);

        const string Again = "/api/v1/databases/again/tables/t/records";
        Assert.Equal(["green apple", "red apple"], (await owner.GetAsync($"{Again}?search=apple&sort=n")).ShouldBe(200).Json.List("records").Select(r => r.Text("a")));
        (await owner.PostAsync(Again, new { a = "blue apple", n = 1 })).ShouldBe(201);
        Assert.Equal(3, (await owner.GetAsync($"{Again}?search=apple")).ShouldBe(200).Json.List("records").Count());
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("quo\"te")]
    [InlineData("quo'te")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("x\"; DROP TABLE \"y")]
    [InlineData("ünï😀")]
    [InlineData("select")]
    [InlineData("a.b,c")]
    public async Task Odd_names_are_served_percent_encoded(string name)
    {
        var owner = await Nebula.SignUpAsync();
        var quoted = $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        (await owner.PostAsync(Import, SqliteUpload.Of(
            $"CREATE TABLE {quoted} (k TEXT PRIMARY KEY, {quoted} TEXT)", $"INSERT INTO {quoted} VALUES ('1/2', 'one'), ('1%2F2', 'two')", "CREATE TABLE y (a)"))).ShouldBe(201);
        var table = $"{Tables}/{Uri.EscapeDataString(name)}";

        Assert.Equal(2, (await owner.GetAsync($"{table}/records")).ShouldBe(200)["pagination"].Number("total"));
        Assert.Equal("one", (await owner.GetAsync($"{table}/records/1%2F2")).ShouldBe(200).Text(name));
        Assert.Equal("two", (await owner.GetAsync($"{table}/records/1%252F2")).ShouldBe(200).Text(name));
        (await owner.PutAsync($"{table}/records/1%2F2", new Dictionary<string, string> { [name] = "three" })).ShouldBe(200);
        Assert.Equal("three", (await owner.GetAsync($"{table}/records?{Uri.EscapeDataString(name)}=three")).Json.List("records").Single().Text(name));
        (await owner.PostAsync($"{table}/import", Upload.Ndjson("{\"k\":\"3\"}"))).ShouldBe(200);
        Assert.Equal(3, (await owner.GetAsync($"{table}/export")).ShouldBe(200).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, (await owner.GetAsync(Tables)).Json.List("tables").Count());
    }

    [Fact]
    public async Task The_sequence_of_ids_goes_on()
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync(Import, SqliteUpload.Of(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)", "INSERT INTO t VALUES (500, 'gone'), (2, 'there')", "DELETE FROM t WHERE id = 500"))).ShouldBe(201);

        Assert.Equal(501, await owner.AddAsync($"{Tables}/t/records", new { a = "new" }));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("Music");

        (await owner.PostAsync(Import, SqliteUpload.Of(_music))).ShouldBe(409, "database_exists");
        Assert.Empty((await owner.GetAsync(Tables)).Json.List("tables"));
    }

    [Fact]
    public async Task Of_many_at_once_for_one_name_one_succeeds()
    {
        var owner = await Nebula.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => owner.PostAsync(Import, SqliteUpload.Of(_music))));

        Assert.Single(answers, a => a.Status == 201);
        Assert.All(answers.Where(a => a.Status != 201), a => a.ShouldBe(409, "database_exists"));
        Assert.Equal(5, (await owner.GetAsync(Tables)).Json.List("tables").Count());
    }

    [Theory]
    [InlineData("", "invalid_name")]
    [InlineData("?db_name=", "invalid_name")]
    [InlineData("?db_name=../x", "invalid_name")]
    [InlineData("?db_name=_nebula", "invalid_name")]
    [InlineData("?db_name=a&db_name=b", "invalid_parameter")]
    [InlineData("?db_name=a&format=csv", "invalid_parameter")]
    [InlineData("?db_name=a&strip=Artist", "invalid_parameter")]
    public async Task What_is_asked_for_must_make_sense(string query, string code)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync($"/api/v1/databases/import{query}", SqliteUpload.Of(_music))).ShouldBe(400, code);
        Assert.Empty((await owner.GetAsync("/api/v1/databases")).Json.List("databases"));
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var type in new[] { "application/json", "text/csv", "application/zip" })
            (await owner.PostAsync(Import, SqliteUpload.Of(_music) with { MediaType = type })).ShouldBe(415, "unsupported_media_type");
        (await owner.PostAsync(Import, SqliteUpload.Of(_music) with { MediaType = "application/octet-stream" })).ShouldBe(201);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync(new() { ["MAX_IMPORT_BYTES"] = "5000" });
        var owner = await server.SignUpAsync();

        (await owner.PostAsync(Import, SqliteUpload.Of(_music))).ShouldBe(413, "too_large");

        await server.LeavesNothingSpooledAsync();
    }
}
