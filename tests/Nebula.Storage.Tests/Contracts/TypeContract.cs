using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of values: what went in comes out, and is found by equality.</summary>
public abstract class TypeContract(StorageFixture storage)
{
    [Theory]
    [InlineData("INTEGER", "0", "0")]
    [InlineData("INTEGER", "9223372036854775807", "9223372036854775807")]
    [InlineData("INTEGER", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("INTEGER", "30.0", "30")]
    [InlineData("INTEGER", "3e1", "30")]
    [InlineData("REAL", "0.1", "0.1")]
    [InlineData("REAL", "1e300", "1E+300")]
    [InlineData("REAL", "5e-324", "5E-324")]
    [InlineData("REAL", "-1.7976931348623157e308", "-1.7976931348623157E+308")]
    [InlineData("REAL", "3", "3")]
    [InlineData("REAL", "9007199254740993", "9007199254740992")]
    [InlineData("REAL", "-0.0", "0")]
    [InlineData("REAL", "1e15", "1000000000000000")]
    [InlineData("REAL", "123456789012345680", "1.2345678901234568E+17")]
    [InlineData("BOOLEAN", "true", "true")]
    [InlineData("BOOLEAN", "false", "false")]
    [InlineData("BOOLEAN", "1", "true")]
    [InlineData("BOOLEAN", "0", "false")]
    [InlineData("BLOB", "\"\"", "\"\"")]
    [InlineData("BLOB", "\"AA==\"", "\"AA==\"")]
    [InlineData("BLOB", "\"//79/A==\"", "\"//79/A==\"")]
    [InlineData("TEXT", "\"\"", "\"\"")]
    [InlineData("TEXT", "\"123\"", "\"123\"")]
    [InlineData("TEXT", "\"1e5\"", "\"1e5\"")]
    [InlineData("TEXT", "\"null\"", "\"null\"")]
    [InlineData("TEXT", "\"' OR 1=1 --\"", "\"' OR 1=1 --\"")]
    [InlineData("TEXT", "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0001\"", "\"\\\" \\\\ / \\b \\f \\n \\r \\t \\u0001\"")]
    [InlineData("TEXT", "\"\\u00e9 \\ud83d\\ude00 \\u65e5\\u672c\"", "\"\u00e9 \U0001f600 \u65e5\u672c\"")]
    [InlineData("TEXT", "\"\\uffff\\ufffe\"", "\"\uffff\ufffe\"")]
    public async Task A_value_comes_back_as_it_went_in(string type, string sent, string expected)
    {
        var table = await TableAsync($"v {type}");

        var row = await table.AddAsync($$"""{"v": {{sent}}}""");

        Assert.Contains($"\"v\":{expected},", row.Text, StringComparison.Ordinal);
        Assert.Equal(row.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
    }

    [Theory]
    [InlineData("INTEGER", "\"1\"")]
    [InlineData("INTEGER", "1.5")]
    [InlineData("INTEGER", "9223372036854775808")]
    [InlineData("INTEGER", "true")]
    [InlineData("REAL", "\"1\"")]
    [InlineData("REAL", "1e999")]
    [InlineData("BOOLEAN", "2")]
    [InlineData("BOOLEAN", "\"true\"")]
    [InlineData("BLOB", "\"not base64!\"")]
    [InlineData("TEXT", "1")]
    [InlineData("TEXT", "\"\\u0000\"")]
    [InlineData("TEXT", "\"\\ud800\"")]
    [InlineData("TEXT", "[]")]
    [InlineData("JSON", "1e309")]
    [InlineData("JSON", "[{\"a\": -1e99999999999}]")]
    [InlineData("JSON", "1e-401")]
    public async Task A_value_that_does_not_fit_the_type_is_refused(string type, string sent)
    {
        var table = await TableAsync($"v {type}");

        var error = await table.InsertAsync($$"""{"v": {{sent}}}""").FailsWith(ErrorCodes.InvalidRecord);

        Assert.Equal("v", Assert.Single(error.Details).Field);
    }

    [Theory]
    [InlineData("INTEGER", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("REAL", "0.1", "0.1")]
    [InlineData("REAL", "3", "3")]
    [InlineData("BOOLEAN", "true", "true")]
    [InlineData("BOOLEAN", "false", "0")]
    [InlineData("BLOB", "\"//79/A==\"", "//79/A==")]
    [InlineData("BLOB", "\"\"", "")]
    [InlineData("TEXT", "\"\"", "")]
    [InlineData("TEXT", "\"123\"", "123")]
    [InlineData("TEXT", "\"' OR 1=1 --\"", "' OR 1=1 --")]
    [InlineData("TEXT", "\"\\u00e9\\ud83d\\ude00\"", "\u00e9\U0001f600")]
    public async Task A_value_is_found_by_equality(string type, string sent, string asked)
    {
        var table = await TableAsync($"v {type}", "other INTEGER");
        var row = await table.AddAsync($$"""{"v": {{sent}}}""");
        await table.AddAsync("""{"other": 1}""");

        var page = await table.ListAsync($"v={Uri.EscapeDataString(asked)}");

        Assert.Equal([row.Id], page.Ids);
        Assert.Equal(1, page.Total);
    }

    [Fact]
    public async Task A_megabyte_comes_back_whole()
    {
        var table = await TableAsync("t TEXT", "b BLOB");
        var text = string.Concat(Enumerable.Repeat("\u00e9x", 350_000));
        var blob = Convert.ToBase64String(Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 31)).ToArray());

        var row = await table.AddAsync($$"""{"t": "{{text}}", "b": "{{blob}}"}""");
        var found = await table.FindAsync(row.Id).Succeeds();

        Assert.Equal(text, found.Str("t"));
        Assert.Equal(blob, found.Str("b"));
    }

    [Fact]
    public async Task A_table_of_five_hundred_columns_takes_and_gives_them_all()
    {
        var columns = Enumerable.Range(0, 500).Select(i => $"c{i}").ToList();
        var table = await TableAsync([.. columns.Select(c => $"{c} INTEGER")]);

        var row = await table.AddAsync($"{{{string.Join(", ", columns.Select((c, i) => $"\"{c}\": {i}"))}}}");
        var changed = await table.UpdateAsync(row.Id, """{"c0": -1, "c499": -2}""").Succeeds();

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), columns.Select(c => row[c]));
        Assert.Equal(("-1", "1", "-2"), (changed["c0"], changed["c1"], changed["c499"]));
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
