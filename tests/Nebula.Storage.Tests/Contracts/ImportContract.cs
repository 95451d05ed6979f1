using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Many records in.</summary>
public abstract class ImportContract(StorageFixture storage)
{
    [Fact]
    public async Task Ids_and_timestamps_are_kept_when_that_is_asked_for()
    {
        var table = await TableAsync("name TEXT");

        await table.ImportAsync(ImportFormat.Ndjson, """{"id":7,"name":"Ada","created_at":"2020-01-02T03:04:05.678Z","updated_at":"2021-01-01T02:00:00+01:00"}""", keepsIds: true).Succeeds();
        await table.ImportAsync(ImportFormat.Csv, "id,name,created_at\n9,Bob,2019-01-01T00:00:00Z\n,Eve,", keepsIds: true).Succeeds();

        var first = await table.FindAsync(7).Succeeds();
        Assert.Equal(("2020-01-02T03:04:05.678Z", "2021-01-01T01:00:00.000Z"), (first.Str("created_at"), first.Str("updated_at")));
        Assert.Equal("2019-01-01T00:00:00.000Z", (await table.FindAsync(9).Succeeds()).Str("created_at"));
        Assert.Equal("Eve", (await table.FindAsync(10).Succeeds()).Str("name"));
        Assert.Equal(11, (await table.AddAsync("""{"name": "next"}""")).Id);
        Assert.Equal(4, await table.TotalAsync());
    }

    [Fact]
    public async Task Otherwise_they_are_given_anew()
    {
        var table = await TableAsync("name TEXT");

        await table.ImportAsync(ImportFormat.Csv, "id,name,created_at\n9,Bob,nonsense\n").Succeeds();

        Assert.StartsWith("20", (await table.FindAsync(1).Succeeds()).Str("created_at"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_row_undoes_all_and_every_one_is_named()
    {
        var table = await TableAsync("name TEXT", "age INTEGER", "active BOOLEAN");

        var error = await table.ImportAsync(ImportFormat.Csv, "name,age,active\nAda,36,true\nBob,x,maybe\nFay,9223372036854775808,\n").FailsWith(ErrorCodes.InvalidRecord);

        Assert.Equal(["line 3: age wrong_type", "line 3: active wrong_type", "line 4: age out_of_range"], error.Details.Select(d => $"{d.Field} {d.Code}"));
        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task So_does_one_that_a_constraint_refuses()
    {
        var table = await TableAsync("email TEXT unique");
        await table.AddAsync("""{"email": "a@x"}""");

        var error = await table.ImportAsync(ImportFormat.Csv, "email\nb@x\na@x\n").FailsWith(ErrorCodes.UniqueViolation);
        Assert.Equal(["line 3: email unique"], error.Details.Select(d => $"{d.Field} {d.Code}"));
        await table.ImportAsync(ImportFormat.Csv, "email\nb@x\nb@x\n").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task Bad_rows_are_left_out_and_reported_when_that_is_asked_for()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.MakeTableAsync("""{"table_name": "owners", "columns": [{"name": "name", "type": "TEXT"}]}""");
        var table = await database.MakeTableAsync(
            """{"table_name": "items", "columns": [{"name": "email", "type": "TEXT", "unique": true}, {"name": "age", "type": "INTEGER", "check": {"max": 150}}, {"name": "owner_id", "type": "INTEGER", "references": {"table": "owners"}}]}""");
        string[] lines =
        [
            """{"email":"a@x"}""", """{"email":"a@x"}""", "nonsense", """{"age":"x"}""", """{"none":1}""", "[]", """{"age":151}""", """{"owner_id":5}""", """{"email":"b@x"}""",
        ];

        var report = await table.ImportAsync(ImportFormat.Ndjson, string.Join('\n', lines), skipsBadRows: true).Succeeds();

        Assert.Equal((2, 7), (report.Imported, report.Skipped));
        Assert.Equal(
            ["2 unique_violation email", "3 invalid_json ", "4 invalid_record age", "5 invalid_record none", "6 invalid_record ", "7 invalid_record age", "8 foreign_key_violation owner_id"],
            report.Faults.Select(f => $"{f.Line} {f.Error.Code} {string.Join(',', f.Error.Details.Select(d => d.Field))}"));
        Assert.Equal(["\"a@x\"", "\"b@x\""], (await table.ListAsync()).Column("email"));
        Assert.Equal(2, await table.TotalAsync());
    }

    [Fact]
    public async Task Ten_thousand_rows_go_in_with_a_few_bad_ones_among_them()
    {
        var table = await TableAsync("n INTEGER unique", "t TEXT");
        var rows = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{(i % 1000 == 999 ? i - 1 : i)},text {i}\n"));

        await table.ImportAsync(ImportFormat.Csv, $"n,t\n{rows}").FailsWith(ErrorCodes.UniqueViolation);
        Assert.Equal(0, await table.TotalAsync());
        var report = await table.ImportAsync(ImportFormat.Csv, $"n,t\n{rows}", skipsBadRows: true).Succeeds();

        Assert.Equal((9990, 10), (report.Imported, report.Skipped));
        Assert.Equal(9990, await table.TotalAsync());
        Assert.Equal(["\"text 998\""], (await table.ListAsync("n=998")).Column("t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name,nmae\n")]
    [InlineData("name,Name\n")]
    public async Task A_header_that_does_not_name_columns_is_refused(string body)
    {
        var table = await TableAsync("name TEXT");

        await table.ImportAsync(ImportFormat.Csv, body).FailsWith(ErrorCodes.InvalidBody);
        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task A_table_with_uuids_keeps_or_gives_them()
    {
        var table = await (await (await storage.Services.AddTenantAsync()).AddDatabaseAsync()).MakeTableAsync("""{"table_name": "items", "id_type": "uuid", "columns": [{"name": "n", "type": "INTEGER"}]}""");

        await table.ImportAsync(ImportFormat.Csv, "id,n\n019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60,1\n,2\n", keepsIds: true).Succeeds();

        var rows = (await table.ListAsync("sort=n")).Rows;
        Assert.Equal("019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60", rows[0]["id"]?.GetValue<string>());
        Assert.Equal(7, Guid.Parse(rows[1]["id"]?.GetValue<string>() ?? "").Version);
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
