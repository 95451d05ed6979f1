using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Identifiers come from the catalogue, through one quoting function": names in expressions, in schemas, in the header of an import and in imported files.</summary>
public sealed class NameInjectionTests(SharedServer shared) : ServerTests(shared)
{
    private const string Tables = "/api/v1/databases/shop/tables";
    private const string Import = $"{Tables}/customers/import";

    [Fact]
    public async Task No_text_in_an_expression_is_more_than_a_name_or_a_value()
    {
        var shop = await MusicShop.OpenAsync(Nebula);
        var before = await DescribeAsync(shop);

        foreach (var text in HostileText.All)
        {
            var name = Uri.EscapeDataString(text);
            var quoted = Uri.EscapeDataString($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            foreach (var path in new[]
            {
                $"{MusicShop.Records("tracks")}?filter={quoted}%20%3D%201", $"{MusicShop.Records("tracks")}?filter=album.{quoted}%20%3D%201", $"{MusicShop.Records("tracks")}?filter={quoted}.title%20is%20null",
                $"{MusicShop.Records("tracks")}?expand={name}", $"{MusicShop.Records("tracks")}?expand=album({name})", $"{MusicShop.Records("tracks")}?expand=album(fields={name})",
                $"{MusicShop.Records("tracks")}?sort=album.{name}", $"{MusicShop.Records("tracks")}?fields=album.{name}", $"{MusicShop.Records("tracks")}?cursor={name}",
                $"{MusicShop.Table("tracks")}/aggregate?select={name}", $"{MusicShop.Table("tracks")}/aggregate?select=sum({name})", $"{MusicShop.Table("tracks")}/aggregate?select=count()&group={name}",
                $"{MusicShop.Table("tracks")}/aggregate?select=count()&group=name&having={name}%20%3E%20", $"{MusicShop.Table("tracks")}/aggregate?select=count()&sort={name}",
                $"{MusicShop.Table("tracks")}/export?format={name}", $"{MusicShop.Table("tracks")}/export?filter={quoted}%20%3D%201",
            })
            {
                var answer = await shop.Owner.GetAsync(path);
                Assert.True(answer.Status == 400 || path.EndsWith($"select={Uri.EscapeDataString("count(*)")}", StringComparison.Ordinal), $"{path}: {answer.Status} {answer.Body}");
            }

            // As a value it is what it is, and a search for it finds nothing else than words.
            var value = Uri.EscapeDataString($"name = '{text.Replace("'", "''", StringComparison.Ordinal)}'");
            var found = await shop.Owner.GetAsync($"{MusicShop.Records("tracks")}?filter={value}");
            Assert.True(found.Status == 400 || found["pagination"].Number("total") == 0, $"{text}: {found.Status} {found.Body}");
            Assert.InRange((await shop.Owner.GetAsync($"{MusicShop.Records("albums")}?search={name}")).Status, 200, 400);
        }

        Assert.Equal(before, await DescribeAsync(shop));
    }

    [Fact]
    public async Task No_text_as_a_name_in_a_schema_makes_or_changes_anything()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var text in HostileText.NoNames)
        {
            foreach (var definition in new object[]
            {
                new { table_name = "t", columns = Column("a"), indexes = new[] { new { name = text, columns = new[] { "a" } } } },
                new { table_name = "t", columns = Column("a"), indexes = new[] { new { columns = new[] { text } } } },
                new { table_name = "t", columns = Column("a"), indexes = new[] { new { columns = new[] { "a" }, where = text } } },
                new { table_name = "t", columns = Column("a"), unique = new[] { new[] { text } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", references = new { table = text } } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", references = new { table = "customers", column = text } } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", references = new { table = "customers", @as = text } } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", references = new { table = "customers", inverse = text } } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", references = new { table = "customers", on_delete = text } } } },
                new { table_name = "t", columns = new[] { new { name = "a", type = "INTEGER", @default = text } } },
                new { table_name = "t", columns = Column("a"), id_type = text },
            })
            {
                var answer = await shop.Owner.PostAsync(Tables, definition);
                Assert.True(answer.Status == 400, $"{System.Text.Json.JsonSerializer.Serialize(definition)}: {answer.Status} {answer.Body}");
            }

            foreach (var change in new object[]
            {
                new { rename_to = text }, new { add_columns = Column(text) }, new { drop_columns = new[] { text } }, new { drop_indexes = new[] { text } }, new { alter_columns = new[] { new { name = text, nullable = true } } },
                new { rename_columns = new Dictionary<string, string> { ["name"] = text } }, new { rename_columns = new Dictionary<string, string> { [text] = "other" } },
                new { rename_columns = new[] { new { name = "name", new_name = text } } }, new { add_indexes = new[] { new { columns = new[] { text } } } },
                new { add_indexes = new[] { new { name = text, columns = new[] { "name" } } } },
            })
            {
                var answer = await shop.Owner.PatchAsync($"{Tables}/customers", change);
                Assert.True(answer.Status is 400 or 404 or 409, $"{System.Text.Json.JsonSerializer.Serialize(change)}: {answer.Status} {answer.Body}");
            }
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task A_default_and_the_values_of_a_check_are_values_whatever_they_say()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var (text, i) in HostileText.All.Where(t => !t.Contains('\0') && t.Length < 1000).Select((t, i) => (t, i)))
        {
            (await shop.Owner.PostAsync(Tables, new { table_name = $"t{i}", columns = new[] { new { name = "a", type = "TEXT", @default = text, check = new { one_of = new[] { text } } } } })).ShouldBe(201);

            var id = (await shop.Owner.PostAsync($"{Tables}/t{i}/records", new { a = text })).ShouldBe(201).Number("record_id");
            Assert.Equal(text, (await shop.Owner.GetAsync($"{Tables}/t{i}/records/{id}")).Text("a"));
            (await shop.Owner.PostAsync($"{Tables}/t{i}/records", new { a = $"{text}." })).ShouldBe(400);
            (await shop.Owner.DeleteAsync($"{Tables}/t{i}")).ShouldBe(204);
        }
    }

    [Fact]
    public async Task No_text_in_the_header_of_an_import_is_more_than_a_name()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        foreach (var text in HostileText.All)
        {
            var cell = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            foreach (var upload in new[] { Upload.Csv($"{cell}\nx\n"), Upload.Csv($"name,{cell}\nx,1\n"), Upload.Ndjson(System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = "x", [text] = "x" })) })
            {
                var answer = await shop.Owner.PostAsync(Import, upload);
                Assert.True(answer.Status == 400, $"{text}: {answer.Status} {answer.Body}");
            }

            var name = Uri.EscapeDataString(text);
            foreach (var query in new[] { $"on_error={name}", $"keep_ids={name}", $"{name}=1" })
                (await shop.Owner.PostAsync($"{Import}?{query}", Upload.Csv("name\nx\n"))).ShouldBe(400, "invalid_parameter");
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task No_text_that_names_what_to_leave_out_of_a_file_is_more_than_a_name()
    {
        var owner = await Nebula.SignUpAsync();
        var file = SqliteUpload.Of("CREATE TABLE keep (a)");

        foreach (var text in HostileText.All.Where(t => t is not ("*" or ",")))
            Assert.Equal(400, (await owner.PostAsync($"/api/v1/databases/import?db_name=shop&strip={Uri.EscapeDataString(text)}", file)).Status);

        Assert.Empty((await owner.GetAsync("/api/v1/databases")).Json.List("databases"));
    }

    [Fact]
    public async Task Names_of_an_imported_file_are_served_as_names_or_refused()
    {
        var owner = await Nebula.SignUpAsync();
        var i = 0;

        foreach (var text in HostileText.All.Where(t => !t.Contains('\0') && t.Length < 30))
        {
            var (name, path) = ($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", Uri.EscapeDataString(text));
            var (database, isCallable) = ($"d{i++}", text is not ("." or ".."));
            var answer = await owner.PostAsync($"/api/v1/databases/import?db_name={database}", SqliteUpload.Of(
                $"CREATE TABLE IF NOT EXISTS \"t {text.Replace("\"", "\"\"", StringComparison.Ordinal)}\" (id INTEGER PRIMARY KEY, {name} TEXT)", "CREATE TABLE keep (a)", "INSERT INTO keep VALUES (1)"));
            if (answer.Status == 201 && isCallable)
            {
                var records = $"/api/v1/databases/{database}/tables/{Uri.EscapeDataString($"t {text}")}/records";
                var written = await owner.PostAsync(records, new Dictionary<string, string> { [text] = "x" });
                Assert.True(written.Status is 201 or 400, $"{text}: {written.Status} {written.Body}");
                Assert.Equal(written.Status == 201 ? 1 : 0, (await owner.GetAsync(records)).ShouldBe(200)["pagination"].Number("total"));
                Assert.InRange((await owner.GetAsync($"{records}?sort={path}&fields={path}")).Status, 200, 400);
                Assert.InRange((await owner.GetAsync($"{records}?filter={Uri.EscapeDataString($"{name} = 'y'")}")).Status, 200, 400);
            }
            else
            {
                Assert.True(answer.Status is 201 or 400, $"{text}: {answer.Status} {answer.Body}");
            }

            if (answer.Status == 201)
                Assert.Equal(1, (await owner.GetAsync($"/api/v1/databases/{database}/tables/keep/records")).ShouldBe(200)["pagination"].Number("total"));
            await owner.DeleteAsync($"/api/v1/databases/{database}");
        }
    }

    private static object[] Column(string name) => [new { name, type = "TEXT" }];

    private static async Task<string> DescribeAsync(MusicShop shop) => string.Join('\n',
        (await shop.Owner.GetAsync($"{MusicShop.Database}/tables")).Body, (await shop.Owner.GetAsync(MusicShop.Records("tracks"))).Body, (await shop.Owner.GetAsync(MusicShop.Records("albums"))).Body);
}
