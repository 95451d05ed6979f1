using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Tables;

public sealed class CreateTableTests(SharedServer shared) : ServerTests(shared)
{
    private const string Tables = "/api/v1/databases/shop/tables";

    [Theory]
    [InlineData("tables", "columns")]
    [InlineData("tables", "schema")]
    [InlineData("schema", "columns")]
    [InlineData("schema", "schema")]
    public async Task A_table_is_made_under_both_routes_and_with_both_words(string route, string word)
    {
        var owner = await OpenAsync();

        var answer = await owner.PostAsync($"/api/v1/databases/SHOP/{route}", $$"""{"table_name": "Items", "{{word}}": [{"name": "Title", "type": "text"}]}""");

        Assert.Equal(["message", "db_name", "table_name"], answer.ShouldBe(201).Json.Names());
        Assert.Equal(("shop", "Items"), (answer.Text("db_name").ToLowerInvariant(), answer.Text("table_name")));
        (await owner.GetAsync($"{Tables}/items/records")).ShouldBe(200);
        (await owner.GetAsync(answer.Header("Location")!)).ShouldBe(200); // ShouldBe(201) before: there is one
    }

    [Fact]
    public async Task Every_table_has_an_id_and_its_times()
    {
        var owner = await OpenAsync();
        await owner.CreateTableAsync("shop", "items", "title TEXT");

        var schema = (await owner.GetAsync($"{Tables}/items/schema")).ShouldBe(200).Json.List("schema");

        Assert.Equal(["created_at", "id", "title", "updated_at"], schema.Select(c => c.Text("name")).Order());
    }

    [Fact]
    public async Task The_same_definition_again_changes_nothing()
    {
        var owner = await OpenAsync();
        var records = $"{Tables}/items/records";
        (await owner.PostAsync(Tables, """{"table_name": "items", "columns": [{"name": "title", "type": "TEXT"}, {"name": "n", "type": "INTEGER", "unique": true}]}""")).ShouldBe(201);
        await owner.AddAsync(records, new { title = "x", n = 1 });
        var before = (await owner.GetAsync(Tables)).Body;

        foreach (var again in new[]
        {
            """{"table_name": "items", "columns": [{"name": "title", "type": "TEXT"}, {"name": "n", "type": "INTEGER", "unique": true}]}""",
            """{"schema": [{"type": "integer", "unique": true, "name": "N", "nullable": true}, {"name": "TITLE", "type": "Text", "unique": false}], "table_name": "ITEMS"}""",
            """{"table_name": "items", "columns": [{"name": "id", "type": "INTEGER", "primary_key": true}, {"name": "title", "type": "TEXT"}, {"name": "n", "type": "INTEGER", "unique": true}]}""",
        })
        {
            (await owner.PostAsync(Tables, again)).ShouldBe(201);
        }

        Assert.Equal(before, (await owner.GetAsync(Tables)).Body);
        Assert.Equal(1, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("""[{"name": "title", "type": "INTEGER"}]""")]
    [InlineData("""[{"name": "title", "type": "TEXT", "nullable": false}]""")]
    [InlineData("""[{"name": "title", "type": "TEXT", "unique": true}]""")]
    [InlineData("""[{"name": "title", "type": "TEXT"}, {"name": "more", "type": "TEXT"}]""")]
    [InlineData("""[{"name": "other", "type": "TEXT"}]""")]
    [InlineData("""[{"name": "title", "type": "TEXT"}, {"name": "created_at", "type": "TEXT"}]""")]
    public async Task Another_definition_of_a_taken_name_is_refused(string columns)
    {
        var owner = await OpenAsync();
        await owner.CreateTableAsync("shop", "items", "title TEXT");
        var before = (await owner.GetAsync(Tables)).Body;

        (await owner.PostAsync(Tables, $$"""{"table_name": "ITEMS", "columns": {{columns}}}""")).ShouldBe(409, "table_exists");

        Assert.Equal(before, (await owner.GetAsync(Tables)).Body);
    }

    [Fact]
    public async Task Of_many_who_make_one_table_at_once_all_get_it_and_it_is_made_once()
    {
        var owner = await OpenAsync();
        var body = new { table_name = "items", columns = new[] { new { name = "title", type = "TEXT" } } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.PostAsync(Tables, body)));

        Assert.All(answers, a => a.ShouldBe(201));
        Assert.Single((await owner.GetAsync(Tables)).Json.List("tables"));
    }

    [Fact]
    public async Task A_table_may_have_five_hundred_columns_and_not_one_more()
    {
        var owner = await OpenAsync();
        string[] Columns(int count) => [.. Enumerable.Range(0, count).Select(i => $"c{i} INTEGER")];

        await owner.CreateTableAsync("shop", "wide", Columns(500));
        var more = Enumerable.Range(0, 501).Select(i => new { name = $"c{i}", type = "TEXT" });
        var tooWide = await owner.PostAsync(Tables, new { table_name = "wider", columns = more });

        tooWide.ShouldBe(400, "invalid_schema", ("columns", "out_of_range"));
        var id = await owner.AddAsync($"{Tables}/wide/records", Enumerable.Range(0, 500).ToDictionary(i => $"c{i}", i => i));
        Assert.Equal(499, (await owner.GetAsync($"{Tables}/wide/records/{id}")).Number("c499"));
    }

    [Theory]
    [InlineData("""{}""", "table_name required", "columns required")]
    [InlineData("""{"table_name": "a b", "columns": [{"name": "a"}]}""", "table_name invalid", "columns[0].type required")]
    [InlineData("""{"table_name": "t"}""", "columns required")]
    [InlineData("""{"table_name": 1, "columns": []}""", "table_name wrong_type", "columns out_of_range")]
    [InlineData("""{"table_name": "t", "columns": []}""", "columns out_of_range")]
    [InlineData("""{"table_name": "t", "columns": {}}""", "columns wrong_type")]
    [InlineData("""{"table_name": "t", "columns": null}""", "columns wrong_type")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}], "schema": [{"name": "a", "type": "TEXT"}]}""", "schema duplicate")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}], "if_not_exists": true, "name": "u"}""", "if_not_exists unknown_attribute", "name unknown_attribute")]
    [InlineData("""{"table_name": "t", "columns": ["a TEXT", null, 1]}""", "columns[0] wrong_type", "columns[1] wrong_type", "columns[2] wrong_type")]
    [InlineData("""{"table_name": "t", "columns": [{}]}""", "columns[0].name required", "columns[0].type required")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "", "type": "TEXT"}]}""", "columns[0].name required")]
    [InlineData("""{"table_name": "t", "columns": [{"name": null, "type": null}]}""", "columns[0].name wrong_type", "columns[0].type wrong_type")]
    [InlineData("""{"table_name": "t", "columns": [{"name": 1, "type": 2}]}""", "columns[0].name wrong_type", "columns[0].type wrong_type")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "VARCHAR(0)"}]}""", "columns[0].type invalid")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT; DROP TABLE users"}]}""", "columns[0].type invalid")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": ""}]}""", "columns[0].type invalid")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT", "default": 1, "references": {}, "foreign": "x"}]}""", "columns[0].foreign unknown_attribute", "columns[0].default wrong_type", "columns[0].references.table required")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT", "Nullable": true}]}""", "columns[0].Nullable unknown_attribute")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT", "nullable": 1, "unique": "yes", "primary_key": null}]}""", "columns[0].nullable wrong_type", "columns[0].unique wrong_type", "columns[0].primary_key wrong_type")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}, {"name": "A", "type": "TEXT"}]}""", "columns[1].name duplicate")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a", "type": "INTEGER", "primary_key": true}]}""", "columns[0].primary_key invalid")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "id", "type": "TEXT", "primary_key": true}]}""", "columns[0].name reserved")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "ID", "type": "INTEGER"}]}""", "columns[0].name reserved")]
    [InlineData("""{"table_name": "t", "columns": [{"name": "a b", "type": "X"}, {"name": "b", "type": "TEXT"}, {"name": "b", "type": "TEXT", "x": 1}]}""", "columns[0].name invalid", "columns[0].type invalid", "columns[2].x unknown_attribute", "columns[2].name duplicate")]
    public async Task Every_fault_of_a_definition_is_named(string body, params string[] details)
    {
        var owner = await OpenAsync();

        var answer = await owner.PostAsync(Tables, body);

        answer.ShouldBe(400, "invalid_schema", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
        Assert.Empty((await owner.GetAsync(Tables)).Json.List("tables"));
    }

    [Fact]
    public async Task A_table_without_a_name_is_refused()
    {
        var owner = await OpenAsync();

        (await owner.PostAsync(Tables, """{"columns": [{"name": "a", "type": "TEXT"}]}""")).ShouldBe(400, "invalid_name", ("table_name", "required"));
    }

    private async Task<Owner> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        return owner;
    }
}
