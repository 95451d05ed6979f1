using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Whole tables out, and in again.</summary>
public abstract class ExportContract(StorageFixture storage)
{
    /// <summary>A column of each type.</summary>
    private const string Everything =
        """
        {"table_name": "items", "columns": [{"name": "t", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}, {"name": "r", "type": "REAL"}, {"name": "b", "type": "BLOB"}, {"name": "o", "type": "BOOLEAN"},
         {"name": "d", "type": "DECIMAL(10,2)"}, {"name": "day", "type": "DATE"}, {"name": "at", "type": "DATETIME"}, {"name": "u", "type": "UUID"}, {"name": "j", "type": "JSON"}]}
        """;

    private const string Records =
        """
        [{"t": "Ada", "n": 36, "r": 0.5, "b": "AQI=", "o": true, "d": "1.5", "day": "2026-11-23", "at": "2026-11-23T10:00:00.5Z", "u": "019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60", "j": {"a":[1,"x"]}},
         {"t": "", "b": "", "j": "x"}, {"t": "Smith, \"J\"\r\nline", "n": -9223372036854775808, "r": 1e300, "o": false, "d": "-0.05"}, {"n": 0}]
        """;

    [Fact]
    public async Task A_CSV_has_each_value_as_text_and_tells_a_null_from_nothing()
    {
        var table = await FilledAsync();

        Assert.Equal(
            "id,t,n,r,b,o,d,day,at,u,j\r\n"
            + "1,Ada,36,0.5,AQI=,true,1.50,2026-11-23,2026-11-23T10:00:00.500Z,019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60,\"{\"\"a\"\":[1,\"\"x\"\"]}\"\r\n"
            + "2,\"\",,,\"\",,,,,,\"\"\"x\"\"\"\r\n"
            + "3,\"Smith, \"\"J\"\"\r\nline\",-9223372036854775808,1E+300,,false,-0.05,,,,\r\n"
            + "4,,0,,,,,,,,\r\n",
            await table.ExportAsync("format=csv&fields=id,t,n,r,b,o,d,day,at,u,j").Succeeds());
    }

    [Fact]
    public async Task NDJSON_has_a_record_on_each_line_as_lists_have_it()
    {
        var table = await FilledAsync();

        var lines = (await table.ExportAsync("").Succeeds()).Split('\n');

        Assert.Equal((await table.ListAsync()).Rows.Select(r => r.ToJsonString()), lines[..^1].Select(l => JsonNode.Parse(l)!.ToJsonString())); // a record
        Assert.Equal("", lines[^1]);
    }

    [Theory]
    [InlineData("n >= 0", "1", "4")]
    [InlineData("j.a is not null", "1")]
    [InlineData("t is null or o = false", "3", "4")]
    public async Task A_filter_chooses(string filter, params string[] ids)
    {
        var table = await FilledAsync();

        var text = await table.ExportAsync($"format=csv&fields=id&filter={Uri.EscapeDataString(filter)}").Succeeds();

        Assert.Equal(string.Concat(ids.Prepend("id").Select(id => $"{id}\r\n")), text);
    }

    [Fact]
    public async Task An_empty_table_is_nothing_or_a_header()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");

        Assert.Equal("", await table.ExportAsync("").Succeeds());
        Assert.Equal("id,n,created_at,updated_at\r\n", await table.ExportAsync("format=csv").Succeeds());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task What_was_exported_is_the_same_table_when_it_is_imported(string format)
    {
        var table = await FilledAsync();
        var text = await table.ExportAsync($"format={format}").Succeeds();
        var copy = await (await (await storage.Services.AddTenantAsync()).AddDatabaseAsync()).MakeTableAsync(Everything);

        var report = await copy.ImportAsync(format == "csv" ? ImportFormat.Csv : ImportFormat.Ndjson, text, keepsIds: true).Succeeds();

        Assert.Equal((4, 0), (report.Imported, report.Skipped));
        Assert.Equal(text, await copy.ExportAsync($"format={format}").Succeeds());
        Assert.Equal(5, (await copy.AddAsync("""{"n": 1}""")).Id);
    }

    [Fact]
    public async Task A_table_of_many_parts_comes_whole_and_once_while_others_write()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        var rows = string.Concat(Enumerable.Range(1, 5000).Select(n => $$"""{"n": {{n}}, "t": "{{new string('x', 200)}}"}""" + "\n"));
        await table.ImportAsync(ImportFormat.Ndjson, rows).Succeeds();
        using var stopping = new CancellationTokenSource();
        var writing = WriteAsync(table, stopping.Token);

        var text = await table.ExportAsync("format=csv&fields=n&filter=n <= 5000").Succeeds();

        await stopping.CancelAsync();
        await writing;
        Assert.Equal(Enumerable.Range(1, 5000).Select(n => $"{n}"), text.Split("\r\n")[1..^1]);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var table = await FilledAsync();

        await table.ExportAsync("format=xml").FailsWith(ErrorCodes.InvalidParameter);
        await table.ExportAsync("filter=n >").FailsWith(ErrorCodes.InvalidFilter);
    }

    private static async Task WriteAsync(TestTable table, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await table.AddAsync("""{"n": 6000}""");
            await Task.Yield();
        }
    }

    private async Task<TestTable> FilledAsync()
    {
        var table = await (await (await storage.Services.AddTenantAsync()).AddDatabaseAsync()).MakeTableAsync(Everything);
        (await table.InsertManyAsync(Records).Succeeds()).Dispose();
        return table;
    }
}
