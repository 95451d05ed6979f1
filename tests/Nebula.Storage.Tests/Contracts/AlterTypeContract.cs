using System.Globalization;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Changes of types: each value stays the same, or the change is refused.</summary>
public abstract class AlterTypeContract(StorageFixture storage) : AlterationContract(storage)
{
    [Theory]
    [InlineData("INTEGER", "5", "TEXT", "\"5\"")]
    [InlineData("TEXT", "\"-5\"", "INTEGER", "-5")]
    [InlineData("TEXT", "\"1.5\"", "DECIMAL(5,2)", "\"1.50\"")]
    [InlineData("TEXT", "\"true\"", "BOOLEAN", "true")]
    [InlineData("TEXT", "\"2026-11-23\"", "DATE", "\"2026-11-23\"")]
    [InlineData("TEXT", "\"2026-11-23T10:00:00+01:00\"", "DATETIME", "\"2026-11-23T09:00:00.000Z\"")]
    [InlineData("TEXT", "\"{\\\"a\\\": 1}\"", "JSON", """{"a":1}""")]
    [InlineData("TEXT", "\"019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60\"", "UUID", "\"019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60\"")]
    [InlineData("INTEGER", "5", "REAL", "5")]
    [InlineData("INTEGER", "5", "DECIMAL(5,2)", "\"5.00\"")]
    [InlineData("INTEGER", "1", "BOOLEAN", "true")]
    [InlineData("REAL", "1e15", "INTEGER", "1000000000000000")]
    [InlineData("REAL", "0.1", "DECIMAL(5,2)", "\"0.10\"")]
    [InlineData("REAL", "0.1", "TEXT", "\"0.1\"")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "DECIMAL(9,4)", "\"1.5000\"")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "DECIMAL(5,1)", "\"1.5\"")]
    [InlineData("DECIMAL(5,2)", "\"3.00\"", "INTEGER", "3")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "REAL", "1.5")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "TEXT", "\"1.50\"")]
    [InlineData("BOOLEAN", "true", "INTEGER", "1")]
    [InlineData("BOOLEAN", "true", "TEXT", "\"true\"")]
    [InlineData("DATE", "\"2026-11-23\"", "DATETIME", "\"2026-11-23T00:00:00.000Z\"")]
    [InlineData("DATETIME", "\"2026-11-23T00:00:00Z\"", "DATE", "\"2026-11-23\"")]
    [InlineData("JSON", "[1]", "TEXT", "\"[1]\"")]
    public async Task A_type_changes_where_each_value_stays_the_same(string from, string value, string to, string expected)
    {
        await MakeAsync($$"""{"name": "a", "type": "{{from}}"}, {"name": "b", "type": "TEXT", "unique": true}""", ""","indexes": [{"columns": ["a"]}]""");
        await Database.Table("t").AddAsync($$"""{"a": {{value}}, "b": "x"}""");
        await Database.Table("t").AddAsync("""{"b": "y"}""");

        await Database.AlterAsync("t", $$"""{"alter_columns": [{"name": "A", "type": "{{to}}"}]}""").Succeeds();

        Assert.Equal((expected, "\"x\""), await RowAsync("a", "b"));
        Assert.Equal(3, (await Database.Table("t").AddAsync("""{"b": "z"}""")).Id);
        await SameAsMadeAtOnceAsync();
    }

    [Theory]
    [InlineData("JSON", "[1, {0}]")]
    [InlineData("REAL", "{0}.5e-200")]
    public async Task The_values_of_many_records_become_the_texts_as_which_they_were_written(string type, string value)
    {
        await MakeAsync($$"""{"name": "a", "type": "{{type}}"}""");
        var table = Database.Table("t");
        await table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(1, 999).Select(n => $$"""{"a": {{string.Format(CultureInfo.InvariantCulture, value, n % 400)}}}"""))}]").Succeeds();
        var written = (await table.ListAsync("limit=1000&sort=id")).Column("a");

        await Database.AlterAsync("t", """{"alter_columns": [{"name": "a", "type": "TEXT"}]}""").Succeeds();

        Assert.Equal(999, written.Count);
        Assert.Equal(written.Select(w => $"\"{w}\""), (await table.ListAsync("limit=1000&sort=id")).Column("a"));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("t")]
    [InlineData("v")]
    public async Task A_column_that_is_written_anew_may_have_any_name(string name)
    {
        await MakeAsync($$"""{"name": "{{name}}", "type": "JSON"}""");
        await Database.Table("t").AddAsync($$"""{"{{name}}": [1, 2]}""");

        await Database.AlterAsync("t", $$"""{"alter_columns": [{"name": "{{name}}", "type": "TEXT"}]}""").Succeeds();

        Assert.Equal("\"[1,2]\"", (await Database.Table("t").FindAsync(1).Succeeds())[name]);
    }

    [Theory]
    [InlineData("TEXT", "\"007\"", "INTEGER")]
    [InlineData("TEXT", "\"x\"", "DATE")]
    [InlineData("TEXT", "\"2026-11-23T10:00:00.1234567Z\"", "DATETIME")]
    [InlineData("INTEGER", "9007199254740993", "REAL")]
    [InlineData("INTEGER", "2", "BOOLEAN")]
    [InlineData("INTEGER", "1000", "DECIMAL(5,2)")]
    [InlineData("REAL", "1.5", "INTEGER")]
    [InlineData("REAL", "0.125", "DECIMAL(5,2)")]
    [InlineData("DECIMAL(5,2)", "\"1.55\"", "DECIMAL(5,1)")]
    [InlineData("DATETIME", "\"2026-11-23T00:00:00.001Z\"", "DATE")]
    public async Task A_type_does_not_change_where_a_value_would(string from, string value, string to)
    {
        await MakeAsync($$"""{"name": "a", "type": "{{from}}"}""");
        await Database.Table("t").AddAsync($$"""{"a": {{value}}}""");

        await RefusedAsync($$"""{"alter_columns": [{"name": "a", "type": "{{to}}"}]}""", ErrorCodes.CheckFailed, "alter_columns[0].type wrong_type", ": 1");
    }
}
