using System.Buffers.Binary;
using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"An imported SQLite file is hostile (triggers, views, virtual tables, PRAGMAs, corrupt pages): check, allow-list, open with defensive settings."</summary>
public sealed class HostileFileTests(SharedServer shared) : ServerTests(shared)
{
    private const string Import = "/api/v1/databases/import?db_name=evil";
    private const string Tables = "/api/v1/databases/evil/tables";

    private static readonly string[] _tricks =
    [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO t VALUES (1, 'x')",
        "CREATE TRIGGER evil_trigger AFTER INSERT ON t BEGIN DELETE FROM t; END",
        "CREATE VIEW evil_view AS SELECT * FROM t",
        "CREATE VIRTUAL TABLE evil_fts USING fts5(a)",
        "INSERT INTO evil_fts VALUES ('word')",
        "CREATE TRIGGER \"quo\"\"te\" INSTEAD OF INSERT ON evil_view BEGIN SELECT 1; END",
    ];

    [Fact]
    public async Task Triggers_views_and_virtual_tables_are_refused_by_name()
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.PostAsync(Import, SqliteUpload.Of(_tricks));

        answer.ShouldBe(400, "invalid_body", ("evil_trigger", "not_allowed"), ("evil_view", "not_allowed"), ("evil_fts", "not_allowed"), ("quo\"te", "not_allowed"));
        Assert.Contains("strip=", answer.Text("hint"), StringComparison.Ordinal);
        Assert.Empty((await owner.GetAsync("/api/v1/databases")).Json.List("databases"));
    }

    [Theory]
    [InlineData("&strip=*")]
    [InlineData("&strip=evil_trigger,EVIL_VIEW,evil_fts,quo%22te")]
    [InlineData("&strip=evil_trigger&strip=evil_view&strip=evil_fts,quo%22te")]
    public async Task They_are_left_out_when_that_is_asked_for(string strip)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync($"{Import}{strip}", SqliteUpload.Of(_tricks))).ShouldBe(201);

        Assert.Equal(["t"], (await owner.GetAsync(Tables)).Json.List("tables").Select(t => t.Text("name")));
        await owner.AddAsync($"{Tables}/t/records", new { a = "y" });
        Assert.Equal(2, (await owner.GetAsync($"{Tables}/t/records"))["pagination"].Number("total"));
    }

    [Fact]
    public async Task What_is_not_named_is_refused_all_the_same()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync($"{Import}&strip=evil_trigger,evil_view", SqliteUpload.Of(_tricks)))
            .ShouldBe(400, "invalid_body", ("evil_fts", "not_allowed"), ("quo\"te", "not_allowed"));
    }

    [Fact]
    public async Task What_is_called_like_Nebulas_own_is_dropped_and_never_runs()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync(Import, SqliteUpload.Of(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a DECIMAL(10,2))", "INSERT INTO t VALUES (1, 1.5)",
            "CREATE TRIGGER _nebula_fts_1_ai AFTER INSERT ON t BEGIN DELETE FROM t; END",
            "CREATE VIRTUAL TABLE _nebula_fts_1 USING fts5(a)",
            "CREATE TABLE _nebula_tables (table_id INTEGER PRIMARY KEY, name TEXT, timestamps TEXT, created_at TEXT, definition TEXT)",
            """INSERT INTO _nebula_tables VALUES (1, 't', 'a', 'x', '{"table_name":"t","columns":[{"name":"a","type":"DECIMAL(10,2)"}],"indexes":[{"columns":["a"],"type":"fulltext"}]}')""",
            "CREATE TABLE _nebula_changes (x)", "CREATE VIEW _nebula_idempotency AS SELECT 1"))).ShouldBe(201);

        // The definition does not make these rows, so it is not believed.
        Assert.Equal("1.5", (await owner.GetAsync($"{Tables}/t/records/1"))["a"].GetRawText());
        await owner.AddAsync($"{Tables}/t/records", new { a = 2 });
        Assert.Equal(2, (await owner.GetAsync($"{Tables}/t/records"))["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("'nonsense'")]
    [InlineData("'[]'")]
    [InlineData("'{\"table_name\":\"other\",\"columns\":[{\"name\":\"a\",\"type\":\"TEXT\"}]}'")]
    [InlineData("'{\"table_name\":\"t\",\"columns\":[{\"name\":\"b\",\"type\":\"TEXT\"}]}'")]
    [InlineData("'{\"table_name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"TEXT\",\"references\":{\"table\":\"none\"}}]}'")]
    [InlineData("'{\"table_name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"TEXT\",\"check\":{\"max_length\":1}}]}'")]
    [InlineData("x'00'")]
    [InlineData("7")]
    public async Task A_definition_that_does_not_fit_is_none(string definition)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync(Import, SqliteUpload.Of(
            "CREATE TABLE t (a TEXT, n INTEGER)", "INSERT INTO t VALUES ('long', 1)", "CREATE TABLE _nebula_tables (name, definition)", $"INSERT INTO _nebula_tables VALUES ('t', {definition})"))).ShouldBe(201);

        Assert.Equal("""[{"a":"long","n":1}]""", (await owner.GetAsync($"{Tables}/t/records"))["records"].GetRawText());
    }

    public static TheoryData<string> Broken => ["empty", "short", "text", "magic only", "cut", "half a page", "page size 0", "page size 3", "more pages than there are", "garbled pages", "garbled schema"];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_database_or_a_broken_one_is_refused(string how)
    {
        var owner = await Nebula.SignUpAsync();
        var rows = string.Join(", ", Enumerable.Range(1, 500).Select(i => $"({i}, '{new string('x', 100)}')"));
        var file = SqliteUpload.BytesOf("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "CREATE INDEX i ON t (a)", $"INSERT INTO t VALUES {rows}");

        (await owner.PostAsync(Import, new Upload(SqliteUpload.MediaType, Break(file, how)))).ShouldBe(400, "invalid_body");

        Assert.Empty((await owner.GetAsync("/api/v1/databases")).Json.List("databases"));
    }

    [Theory]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public async Task UTF_16_is_refused_with_its_reason(string encoding)
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.PostAsync(Import, SqliteUpload.Of($"PRAGMA encoding = '{encoding}'", "CREATE TABLE t (a)"));

        Assert.Contains("UTF-16", answer.ShouldBe(400, "invalid_body").Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_used_with_a_log_is_taken_without_it()
    {
        var owner = await Nebula.SignUpAsync();
        var file = SqliteUpload.BytesOf("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        file[18] = file[19] = 2;

        (await owner.PostAsync(Import, new Upload(SqliteUpload.MediaType, file))).ShouldBe(201);

        Assert.Equal(1, (await owner.GetAsync($"{Tables}/t/records"))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Rows_that_refer_to_nothing_are_told_by_table_and_number()
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.PostAsync(Import, SqliteUpload.Of(
            "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (p INTEGER REFERENCES p (id))", "INSERT INTO c VALUES (7), (8), (NULL)"));

        answer.ShouldBe(400, "invalid_body", ("c", "invalid"));
        Assert.Contains("2 rows", answer.Text("error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE \"line\nbreak\" (a)")]
    [InlineData("CREATE TABLE \"\" (a)")]
    [InlineData("CREATE TABLE t (a, \"tab\t\")")]
    [InlineData("CREATE TABLE t (a, \"\")")]
    [InlineData("CREATE TABLE \"é\" (a); CREATE TABLE \"É\" (a)")]
    [InlineData("CREATE TABLE t (\"é\", \"É\")")]
    [InlineData("CREATE TABLE ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss (a)")]
    [InlineData("CREATE TABLE t (ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss)")]
    public async Task Names_that_cannot_be_served_are_refused(string statement)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync(Import, SqliteUpload.Of(statement))).ShouldBe(400, "invalid_body");
    }

    [Fact]
    public async Task A_schema_that_claims_more_than_it_may_is_refused()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var sql in new[] { "CREATE TABLE t AS SELECT 1", "DROP TABLE t", "ATTACH 'x' AS y", "CREATE TABLE other (a)", "PRAGMA writable_schema = 1", "CREATE TABLE t (a); DROP TABLE t" })
        {
            var answer = await owner.PostAsync(Import, SqliteUpload.Of(
                "CREATE TABLE t (a)", "PRAGMA writable_schema = ON", $"UPDATE sqlite_schema SET sql = '{sql.Replace("'", "''", StringComparison.Ordinal)}'"));
            if (answer.Status == 201)
            {
                Assert.EndsWith("; DROP TABLE t", sql, StringComparison.Ordinal); // only the first statement is one to SQLite
                (await owner.DeleteAsync("/api/v1/databases/evil")).ShouldBe(204);
            }
            else
            {
                answer.ShouldBe(400, "invalid_body");
            }
        }
    }

    private static byte[] Break(byte[] file, string how)
    {
        var broken = file.ToArray();
        switch (how)
        {
            case "empty":
                return [];
            case "short":
                return broken[..99];
            case "text":
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("This is no database. ", 500)));
            case "magic only":
                return [.. "SQLite format 3\0"u8, .. new byte[4080]];
            case "cut":
                return broken[..^4096];
            case "half a page":
                return broken[..^100];
            case "page size 0":
                broken.AsSpan(16, 2).Clear();
                return broken;
            case "page size 3":
                broken[16] = 0;
                broken[17] = 3;
                return broken;
            case "more pages than there are":
                BinaryPrimitives.WriteUInt32BigEndian(broken.AsSpan(28), 0xFFFF_FFFE);
                return broken;
            case "garbled pages":
                broken.AsSpan(2 * 4096).Fill(0xA5);
                return broken;
            default:
                broken.AsSpan(100, 3900).Fill(0x5A);
                return broken;
        }
    }
}
