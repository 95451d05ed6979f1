using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases;

/// <summary>The one rule of names, wherever one enters.</summary>
public sealed class NameTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string, string> Bad => new()
    {
        { "", "required" },
        { new string('n', 64), "too_long" },
        { "two words", "invalid" },
        { "hy-phen", "invalid" },
        { "dot.ted", "invalid" },
        { "semi;colon", "invalid" },
        { "quo'te", "invalid" },
        { "quo\"te", "invalid" },
        { "back`tick", "invalid" },
        { "ümlaut", "invalid" },
        { "ＦＵＬＬ", "invalid" },
        { "emoji😀", "invalid" },
        { "nul\0", "invalid" },
        { "line\n", "invalid" },
        { "\u212A", "invalid" }, // the Kelvin sign, which folds to k
        { "_nebula", "reserved" },
        { "_nebula_x", "reserved" },
        { "_NEBULA", "reserved" },
        { "sqlite_master", "reserved" },
        { "SQLite_x", "reserved" },
    };

    public static TheoryData<string> Good => ["a", "A", "_", "0", "1st", "_x", "nebula", "sqlite", "select", "table", "NULL", "con", new string('n', 63)];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_is_no_name_names_no_database(string name, string code)
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync("/api/v1/databases", new { db_name = name })).ShouldBe(400, "invalid_name", ("db_name", code));

        if (IsInPath(name))
            (await owner.GetAsync($"/api/v1/databases/{Uri.EscapeDataString(name)}")).ShouldBe(400, "invalid_name", ("db_name", code));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Nor_a_table(string name, string code)
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        var columns = new[] { new { name = "title", type = "TEXT" } };

        (await owner.PostAsync("/api/v1/databases/shop/tables", new { table_name = name, columns })).ShouldBe(400, "invalid_name", ("table_name", code));

        // Another program can have given a table nearly any name: in a path it is only not found.
        if (IsInPath(name))
        {
            var asked = await owner.GetAsync($"/api/v1/databases/shop/tables/{Uri.EscapeDataString(name)}/records");
            if (code == "invalid" && !name.Any(char.IsControl))
                asked.ShouldBe(404, "table_not_found");
            else
                asked.ShouldBe(400, "invalid_name", ("table_name", code));
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Nor_a_column(string name, string code)
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        var columns = new[] { new { name = "title", type = "TEXT" }, new { name, type = "TEXT" } };

        var answer = await owner.PostAsync("/api/v1/databases/shop/tables", new { table_name = "items", columns });

        answer.ShouldBe(400, "invalid_schema", ("columns[1].name", code));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Every_other_name_works_for_all_three_also_words_of_SQL(string name)
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync(name);
        await owner.CreateTableAsync(name, name, $"{name} TEXT");
        var records = $"/api/v1/databases/{name}/tables/{name}/records";

        await owner.AddAsync(records, new Dictionary<string, string> { [name] = "value" });

        var listed = (await owner.GetAsync($"{records}?{name}=value&sort={name}&order=desc&fields=id,{name}")).ShouldBe(200);
        Assert.Equal("value", Assert.Single(listed.Json.List("records")).Text(name));
    }

    [Fact]
    public async Task A_name_is_compared_without_case_and_kept_as_written()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("MyShop");
        await owner.CreateTableAsync("myshop", "MyTable", "MyColumn TEXT");

        var id = await owner.AddAsync("/api/v1/databases/MYSHOP/tables/MYTABLE/records", new { MYCOLUMN = "x" });
        var listed = await owner.GetAsync("/api/v1/databases/myShop/tables/myTable/records?mycolumn=x&sort=mYcOLUMN&fields=ID,mycolumn");

        var record = Assert.Single(listed.ShouldBe(200).Json.List("records"));
        Assert.Equal(["id", "MyColumn"], record.Names());
        Assert.Equal(id, record.Number("id"));
        Assert.Equal("MyTable", Assert.Single((await owner.GetAsync("/api/v1/databases/myshop/tables")).Json.List("tables")).Text("name"));
    }

    // Without a name it is another path, and the web server itself refuses %00.
    private static bool IsInPath(string name) => name.Length > 0 && !name.Contains('\0');
}
