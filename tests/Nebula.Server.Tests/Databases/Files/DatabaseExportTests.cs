using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases.Files;

public sealed class DatabaseExportTests(SharedServer shared) : ServerTests(shared)
{
    private const string Export = "/api/v1/databases/shop/export";

    [Fact]
    public async Task It_is_one_SQLite_file_with_everything_in_it()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var answer = (await shop.Owner.GetAsync(Export)).ShouldBe(200);

        Assert.Equal("application/vnd.sqlite3", answer.MediaType);
        Assert.Equal("attachment; filename=shop.db", answer.Header("Content-Disposition"));
        Assert.Equal(["ok"], SqliteUpload.Ask(answer.Bytes, "PRAGMA integrity_check"));
        Assert.Equal(["delete"], SqliteUpload.Ask(answer.Bytes, "PRAGMA journal_mode"));
        Assert.Equal(["1|Ada|36"], SqliteUpload.Ask(answer.Bytes, "SELECT id, name, age FROM customers"));
        await Nebula.LeavesNothingSpooledAsync("*.export*");
    }

    [Fact]
    public async Task A_database_that_was_never_used_is_an_empty_file()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");

        var answer = (await owner.GetAsync(Export)).ShouldBe(200);

        Assert.Equal(["0"], SqliteUpload.Ask(answer.Bytes, "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '\\_nebula%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"));
    }

    [Fact]
    public async Task What_is_the_servers_own_affair_is_left_out()
    {
        var shop = await Shop.OpenAsync(Nebula);
        (await shop.Owner.PostAsync(Shop.Customers, new { name = "kept-answer-of-somebody" }, ("Idempotency-Key", "secret-key"))).ShouldBe(201);
        (await shop.Owner.DeleteAsync($"{Shop.Customers}/2")).ShouldBe(204);

        var answer = (await shop.Owner.GetAsync(Export)).ShouldBe(200);

        Assert.Equal(["_nebula_tables"], SqliteUpload.Ask(answer.Bytes, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_nebula%' ESCAPE '\\'"));
        Assert.Equal(-1, answer.Bytes.AsSpan().IndexOf("secret-key"u8));
    }

    [Fact]
    public async Task A_key_that_is_bound_to_tables_may_not()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "bound", tables = new[] { "customers", "suppliers" } });

        (await key.GetAsync(Export)).ShouldBe(403, "forbidden");
    }

    [Fact]
    public async Task It_is_of_one_moment_while_others_write()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("a INTEGER", "b INTEGER");
        var id = await owner.AddAsync(records, new { a = 0, b = 0 });
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync();

        for (var i = 0; i < 10; i++)
            Assert.Equal(["1"], SqliteUpload.Ask((await owner.GetAsync(Export)).ShouldBe(200).Bytes, "SELECT a = b FROM customers"));

        await stop.CancelAsync();
        await writing;

        async Task WriteAsync()
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
                (await owner.PutAsync($"{records}/{id}", new { a = i, b = i })).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Imported_again_it_is_the_same_database()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        (await owner.PostAsync("/api/v1/databases/shop/tables", """
            {"table_name":"people","id_type":"uuid","columns":[{"name":"email","type":"VARCHAR(50)","unique":true,"nullable":false}]}
            """)).ShouldBe(201);
        (await owner.PostAsync("/api/v1/databases/shop/tables", """
            {"table_name":"orders","columns":[{"name":"total","type":"DECIMAL(10,2)","nullable":false,"check":{"min":"0"}},{"name":"day","type":"DATE","default":"@today"},
            {"name":"at","type":"DATETIME"},{"name":"who","type":"UUID","references":{"table":"people","on_delete":"cascade","as":"buyer"}},{"name":"more","type":"JSON"},
            {"name":"note","type":"TEXT","check":{"pattern":"[a-z ]+"}},{"name":"paid","type":"BOOLEAN"},{"name":"raw","type":"BLOB"},{"name":"x","type":"REAL"}],
            "indexes":[{"columns":["day"],"where":"paid = true"},{"columns":["note"],"type":"fulltext"}],"unique":[["day","note"]]}
            """)).ShouldBe(201);
        var person = (await owner.PostAsync("/api/v1/databases/shop/tables/people/records", new { email = "a@x" })).ShouldBe(201).Text("record_id");
        (await owner.PostAsync("/api/v1/databases/shop/tables/orders/records", new
        {
            total = "12.30", day = "2026-11-23", at = "2026-11-23T10:00:00Z", who = person, more = new { a = new[] { 1, 2 } }, note = "red apple", paid = true, raw = "AQI=", x = 0.1,
        })).ShouldBe(201);
        await owner.AddAsync("/api/v1/databases/shop/tables/orders/records", new { total = 5 });
        var file = (await owner.GetAsync(Export)).ShouldBe(200).Bytes;

        (await owner.PostAsync("/api/v1/databases/import?db_name=copy", new Upload(SqliteUpload.MediaType, file))).ShouldBe(201);

        foreach (var path in new[] { "tables/people/records", "tables/orders/records", "tables/orders/records/1", "tables/orders/schema", "tables/people/schema",
            "tables/orders/records?search=apple", "tables/orders/records?expand=buyer&filter=total>5" })
            Assert.Equal((await owner.GetAsync($"/api/v1/databases/shop/{path}")).ShouldBe(200).Body, (await owner.GetAsync($"/api/v1/databases/copy/{path}")).ShouldBe(200).Body);
        (await owner.PostAsync("/api/v1/databases/copy/tables/orders/records", new { total = -1 })).ShouldBe(400, "invalid_record");
        Assert.Equal(3, await owner.AddAsync("/api/v1/databases/copy/tables/orders/records", new { total = 1, note = "green apple" }));
        Assert.Equal(2, (await owner.GetAsync("/api/v1/databases/copy/tables/orders/records?search=apple")).Json.List("records").Count());
    }
}
