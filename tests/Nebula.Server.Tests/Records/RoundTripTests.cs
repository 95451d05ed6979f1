using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

/// <summary>What is exported and imported again is the same, for every type.</summary>
public sealed class RoundTripTests(SharedServer shared) : ServerTests(shared)
{
    private const string Tables = "/api/v1/databases/shop/tables";

    private const string Columns = """
        "columns":[{"name":"t","type":"TEXT"},{"name":"i","type":"INTEGER"},{"name":"r","type":"REAL"},{"name":"b","type":"BLOB"},{"name":"o","type":"BOOLEAN"},{"name":"d","type":"DECIMAL(18,4)"},
        {"name":"day","type":"DATE"},{"name":"at","type":"DATETIME"},{"name":"u","type":"UUID"},{"name":"j","type":"JSON"}]
        """;

    private static readonly object[] _records =
    [
        new
        {
            t = "plain", i = long.MaxValue, r = 0.1, b = "AAECAw==", o = true, d = "12345678901234.5678", day = "2026-02-28", at = "2026-11-23T10:00:00.001Z", u = "01a20f26-c40d-720b-b175-35e72bb0ed63",
            j = new { a = new object[] { 1, "x,\"y\"\n", true }, é = "ü" },
        },
        new { t = "", i = long.MinValue, r = -1.7976931348623157e308, b = "", o = false, d = "-0.0001", day = "0001-01-01", at = "9999-12-31T23:59:59.999Z", j = "text" },
        new { t = "\"quoted\", with\r\nlines\nand\ttabs, 'single' and 😀", i = 0, r = 5e-324, d = "0", j = Array.Empty<int>() },
        new { t = "\u00A0 spaces ", r = 1e22, i = -1, j = 0 },
        new { t = ",", b = "/w==" },
    ];

    [Theory]
    [InlineData("csv", "text/csv", "abort")]
    [InlineData("csv", "text/csv", "skip")]
    [InlineData("ndjson", "application/x-ndjson", "abort")]
    [InlineData("ndjson", "application/x-ndjson", "skip")]
    public async Task A_table_comes_back_as_it_was(string format, string type, string onError)
    {
        foreach (var idType in new[] { "integer", "uuid" })
        {
            var owner = await Nebula.SignUpAsync();
            await owner.CreateDatabaseAsync("shop");
            foreach (var name in new[] { "original", "copy" })
                (await owner.PostAsync(Tables, $"{{\"table_name\":\"{name}\",\"id_type\":\"{idType}\",{Columns}}}")).ShouldBe(201);
            foreach (var record in _records)
                (await owner.PostAsync($"{Tables}/original/records", record)).ShouldBe(201);
            (await owner.PostAsync($"{Tables}/original/records", "{\"j\":null,\"t\":null}")).ShouldBe(201);

            var exported = (await owner.GetAsync($"{Tables}/original/export?format={format}")).ShouldBe(200);
            var imported = await owner.PostAsync($"{Tables}/copy/import?keep_ids=true&on_error={onError}", new Upload(type, exported.Bytes));

            Assert.Equal($$"""{"message":"Records imported","imported":6,"skipped":0,"errors":[]}""", imported.ShouldBe(200).Body);
            Assert.Equal((await owner.GetAsync($"{Tables}/original/records")).Body, (await owner.GetAsync($"{Tables}/copy/records")).Body);
            Assert.Equal(exported.Body, (await owner.GetAsync($"{Tables}/copy/export?format={format}")).Body);
        }
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("ndjson", "application/x-ndjson")]
    [SqliteOnly("rows of a table without a key have nothing there that they could be read by in parts.")]
    public async Task A_table_of_one_column_does_too(string format, string type)
    {
        var owner = await Nebula.SignUpAsync();
        (await owner.PostAsync("/api/v1/databases/import?db_name=shop", SqliteUpload.Of(
            "CREATE TABLE original (a TEXT)", "CREATE TABLE copy (a TEXT)", "INSERT INTO original VALUES (NULL), (''), ('x'), (NULL)"))).ShouldBe(201);

        var exported = (await owner.GetAsync($"{Tables}/original/export?format={format}")).ShouldBe(200);
        (await owner.PostAsync($"{Tables}/copy/import", new Upload(type, exported.Bytes))).ShouldBe(200);

        Assert.Equal(exported.Body, (await owner.GetAsync($"{Tables}/copy/export?format={format}")).Body);
    }

    [Fact]
    public async Task Rows_of_one_body_may_refer_to_one_another_in_any_order()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        (await owner.PostAsync(Tables, """{"table_name":"people","columns":[{"name":"boss","type":"INTEGER","references":{"table":"people"}}]}""")).ShouldBe(201);

        (await owner.PostAsync($"{Tables}/people/import?keep_ids=true", Upload.Csv("id,boss\n1,3\n2,1\n3,\n"))).ShouldBe(200);
        (await owner.PostAsync($"{Tables}/people/import?keep_ids=true", Upload.Csv("id,boss\n4,3\n5,99\n"))).ShouldBe(409, "foreign_key_violation");
        var skipped = (await owner.PostAsync($"{Tables}/people/import?keep_ids=true&on_error=skip", Upload.Csv("id,boss\n4,3\n5,99\n"))).ShouldBe(200);

        Assert.Equal((1, 1), (skipped.Number("imported"), skipped.Number("skipped")));
        Assert.Equal("boss", skipped.Json.List("errors").Single().List("details").Single().Text("field"));
        Assert.Equal(4, (await owner.GetAsync($"{Tables}/people/records"))["pagination"].Number("total"));
    }
}
