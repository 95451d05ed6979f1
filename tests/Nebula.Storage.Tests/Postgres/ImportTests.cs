using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Postgres.Importing;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Imports where rows that go in at once have to be told apart again.</summary>
public sealed class ImportTests(PostgresFixture storage) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Rows_that_give_their_ids_and_rows_that_do_not_come_in_any_order()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        var rows = string.Concat(Enumerable.Range(0, 600).Select(n => n % 3 == 0 ? $"{1000 + (10 * n)},{n}\n" : $",{n}\n"));

        await table.ImportAsync(ImportFormat.Csv, $"id,n\n{rows}", keepsIds: true).Succeeds();

        var ids = (await table.ListAsync("sort=n&limit=1000")).Column("id").Select(long.Parse).ToList();
        Assert.Equal(600, ids.Distinct().Count());
        Assert.Equal(ids.Order(), ids); // each that was assigned is larger than all that were given before it
        Assert.True((await table.AddAsync("""{"n": 1}""")).Id > ids.Max());
    }

    [Fact]
    public async Task After_a_block_that_was_refused_no_id_is_assigned_that_its_rows_give()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER unique");
        await table.AddAsync("""{"n": 0}""");

        // 200 rows give their ids, 200 get theirs, and the last one is refused: so all of them go in again, one by one.
        var rows = string.Concat(Enumerable.Range(1, 400).Select(n => n <= 200 ? $"{100 + n},{n}\n" : $",{n}\n"));
        var report = await table.ImportAsync(ImportFormat.Csv, $"id,n\n{rows},0\n", skipsBadRows: true, keepsIds: true).Succeeds();

        Assert.Equal((400, 1), (report.Imported, report.Skipped));
        var ids = (await table.ListAsync("limit=1000")).Ids;
        Assert.Equal(401, ids.Distinct().Count());
        Assert.True((await table.AddAsync("""{"n": -1}""")).Id > ids.Max());
    }

    [Fact]
    public async Task Imports_that_give_ids_at_once_and_records_that_are_added_meanwhile_leave_the_next_id_free()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        for (var round = 1; round <= 5; round++)
        {
            var first = round * 10_000;
            var imports = Enumerable.Range(0, 6).Select(i => table.ImportAsync(
                ImportFormat.Csv, $"id,n\n{string.Concat(Enumerable.Range(0, 150).Select(n => $"{first + (1000 * i) + n},{n}\n"))}", keepsIds: true).AsTask()).ToList();
            var added = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask()));

            foreach (var import in imports)
                await import.Succeeds();
            Assert.All(added, a => Assert.Equal("ok", a.Code()));
            var largest = Assert.Single((await table.ListAsync("limit=1&sort=-id&count=none")).Ids);
            Assert.True((await table.AddAsync("""{"n": 0}""")).Id > largest);
        }

        Assert.Equal(5 * ((6 * 150) + 41), await table.TotalAsync());
    }

    [Fact]
    public async Task Who_looked_at_the_last_id_holds_up_nobody_who_gives_larger_ones()
    {
        var ct = TestContext.Current.CancellationToken;
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");
        var opened = await table.OpenAsync().Succeeds();
        await using var export = await storage.Database.ConnectAsync(ct);
        await using var transaction = await export.BeginTransactionAsync(ct);
        Assert.Equal(row.Id, await IdSequence.LastAsync(export, OwnTables.DialectOf(table.Database.Id), opened.Table, ct));

        await table.ImportAsync(ImportFormat.Csv, "id,n\n100,1\n", keepsIds: true).Succeeds();

        Assert.Equal(101, (await table.AddAsync("""{"n": 2}""")).Id);
    }

    [Fact]
    public async Task Every_bad_row_among_good_ones_is_found_whatever_is_wrong_with_it()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.MakeTableAsync("""{"table_name": "owners", "columns": [{"name": "name", "type": "TEXT"}]}""");
        await database.Table("owners").AddAsync("""{"name": "a"}""");
        var table = await database.MakeTableAsync(
            """{"table_name": "items", "columns": [{"name": "n", "type": "INTEGER", "unique": true}, {"name": "owner_id", "type": "INTEGER", "references": {"table": "owners"}}]}""");
        await table.AddAsync("""{"n": 500}""");

        // Line 2 is n = 0.
        var rows = string.Concat(Enumerable.Range(0, 3000).Select(n => $"{n},{(n % 700 == 699 ? 9 : 1)}\n"));
        var report = await table.ImportAsync(ImportFormat.Csv, $"n,owner_id\n{rows}1,1\n", skipsBadRows: true).Succeeds();

        Assert.Equal((2995, 6), (report.Imported, report.Skipped));
        Assert.Equal(
            ["502 unique_violation n", "701 foreign_key_violation owner_id", "1401 foreign_key_violation owner_id", "2101 foreign_key_violation owner_id", "2801 foreign_key_violation owner_id", "3002 unique_violation n"],
            report.Faults.Select(f => $"{f.Line} {f.Error.Code} {string.Join(',', f.Error.Details.Select(d => d.Field))}"));
        Assert.Equal(2996, await table.TotalAsync());
    }

    [Fact]
    public async Task Rows_of_one_body_refer_to_one_another_in_any_order()
    {
        var table = await (await (await storage.Services.AddTenantAsync()).AddDatabaseAsync()).MakeTableAsync(
            """{"table_name": "items", "columns": [{"name": "parent_id", "type": "INTEGER", "references": {"table": "items"}}]}""");

        await table.ImportAsync(ImportFormat.Csv, "id,parent_id\n1,3\n2,9\n3,\n", keepsIds: true).FailsWith(ErrorCodes.ForeignKeyViolation);
        Assert.Equal(0, await table.TotalAsync());
        await table.ImportAsync(ImportFormat.Csv, "id,parent_id\n1,3\n2,1\n3,\n", keepsIds: true).Succeeds();

        Assert.Equal(["3", "1", "null"], (await table.ListAsync()).Column("parent_id"));
    }

    [Fact]
    public async Task Numbers_of_any_size_and_scale_arrive_as_they_are()
    {
        var table = await (await (await storage.Services.AddTenantAsync()).AddDatabaseAsync()).MakeTableAsync(
            """{"table_name": "items", "columns": [{"name": "a", "type": "DECIMAL(18,6)"}, {"name": "b", "type": "DECIMAL(18,0)"}, {"name": "c", "type": "DECIMAL(5,5)"}, {"name": "d", "type": "DECIMAL(18,2)"}]}""");
        string[] rows = ["0.000000,0,0.00000,0.00", "-999999999999.999999,-999999999999999999,-0.99999,9999999999999999.99", "0.000001,10000,0.00001,-0.01", "10000.000100,1,0.10000,12345.67"];

        await table.ImportAsync(ImportFormat.Csv, $"a,b,c,d\n{string.Join('\n', rows)}\n").Succeeds();

        Assert.Equal($"a,b,c,d\r\n{string.Join("\r\n", rows)}\r\n", await table.ExportAsync("format=csv&fields=a,b,c,d").Succeeds());
    }
}
