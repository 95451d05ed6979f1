using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What a definition says of values holds for each write, and is said of the field.</summary>
public abstract class ConstraintContract(StorageFixture storage) : IAsyncLifetime
{
    private TestDatabase _database = null!; // set before each test

    public async ValueTask InitializeAsync() => _database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("INTEGER", """{"min": 1, "max": 9}""", "[1, 9, null]", "[0, 10]")]
    [InlineData("INTEGER", """{"min": -9223372036854775808, "max": 9223372036854775807}""", "[-9223372036854775808, 9223372036854775807]", "[]")]
    [InlineData("REAL", """{"min": 0.5, "max": 1e300}""", "[0.5, 1e299]", "[0.4, 1e301]")]
    [InlineData("DECIMAL(5,2)", """{"min": "0.50", "max": 10}""", """["0.5", 10]""", """["0.49", "10.01"]""")]
    [InlineData("DATE", """{"min": "2026-01-01"}""", """["2026-01-01"]""", """["2025-12-31"]""")]
    [InlineData("DATETIME", """{"max": "2026-01-01T00:00:00+01:00"}""", """["2025-12-31T23:00:00.000Z", "2026-01-01T00:00:00+01:00"]""", """["2025-12-31T23:00:00.001Z"]""")]
    [InlineData("TEXT", """{"min_length": 2, "max_length": 3}""", """["ab", "äöü", "😀😀😀"]""", """["a", "abcd"]""")]
    [InlineData("VARCHAR(3)", """{"min_length": 0}""", """["", "äöü"]""", """["abcd"]""")]
    [InlineData("BLOB", """{"max_length": 2}""", """["AAA=", ""]""", """["AAAA"]""")]
    [InlineData("TEXT", """{"one_of": ["it's", "b"]}""", """["it's", "b"]""", """["B", "c"]""")]
    [InlineData("INTEGER", """{"one_of": [1, 3]}""", "[1, 3]", "[2]")]
    public async Task A_check_holds_for_inserts_and_updates(string type, string check, string good, string bad)
    {
        var table = await MakeAsync($$"""{"name": "v", "type": "{{type}}", "check": {{check}}}""");

        foreach (var value in JsonNode.Parse(good)!.AsArray()) // a literal
            await table.AddAsync(new JsonObject { ["v"] = value?.DeepClone() }.ToJsonString());
        foreach (var value in JsonNode.Parse(bad)!.AsArray()) // a literal
        {
            var body = new JsonObject { ["v"] = value?.DeepClone() }.ToJsonString();
            Assert.Equal("v", Assert.Single((await table.InsertAsync(body).FailsWith(ErrorCodes.InvalidRecord)).Details).Field);
            await table.UpdateAsync(1, body).FailsWith(ErrorCodes.InvalidRecord);
        }

        Assert.Equal(JsonNode.Parse(good)!.AsArray().Count, await table.TotalAsync()); // a literal
    }

    [Theory]
    [InlineData("TEXT", "\"it's\"", "\"it's\"")]
    [InlineData("INTEGER", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("REAL", "3", "3")]
    [InlineData("REAL", "1e300", "1E+300")]
    [InlineData("BOOLEAN", "true", "true")]
    [InlineData("BLOB", "\"AAE=\"", "\"AAE=\"")]
    [InlineData("DECIMAL(10,2)", "\"12.5\"", "\"12.50\"")]
    [InlineData("DATE", "\"2026-11-23\"", "\"2026-11-23\"")]
    [InlineData("DATETIME", "\"2026-11-23T10:00:00+02:00\"", "\"2026-11-23T08:00:00.000Z\"")]
    [InlineData("UUID", "\"019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60\"", "\"019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60\"")]
    [InlineData("JSON", """{"a": [1, "x'y"]}""", """{"a":[1,"x'y"]}""")]
    public async Task A_default_is_given_where_a_value_is_left_out(string type, string value, string expected)
    {
        var table = await MakeAsync($$"""{"name": "v", "type": "{{type}}", "nullable": false, "default": {{value}}}, {"name": "n", "type": "INTEGER"}""");

        var made = await table.AddAsync("""{"n": 1}""");
        (await table.InsertManyAsync("""[{"n": 2}]""").Succeeds()).Dispose();

        Assert.Contains($"\"v\":{expected},", made.Text, StringComparison.Ordinal);
        Assert.Contains($"\"v\":{expected},", (await table.FindAsync(2).Succeeds()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Now_and_today_are_when_the_record_is_made()
    {
        var table = await MakeAsync(
            """{"name": "at", "type": "DATETIME", "nullable": false, "default": "@now"}, {"name": "day", "type": "DATE", "default": "@today"}, {"name": "word", "type": "TEXT", "default": "@now"}""");

        var row = await table.AddAsync("""{"word": "x"}""");

        Assert.True(Timestamps.TryParse(row.Str("at"), out var at));
        Assert.InRange(DateTimeOffset.UtcNow - at, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(1));
        Assert.Equal(row.Str("at")?[..10], row.Str("day"));
        Assert.Equal("@now", (await table.AddAsync("""{"day": null}""")).Str("word"));
    }

    [Fact]
    public async Task A_pattern_is_held_by_nebula_for_the_whole_text()
    {
        var table = await MakeAsync("""{"name": "v", "type": "TEXT", "check": {"pattern": "[a-z]+|[0-9]+"}}""");

        await table.AddAsync("""{"v": "abc"}""");
        await table.AddAsync("""{"v": "12"}""");

        Assert.Equal("invalid", Assert.Single((await table.InsertAsync("""{"v": "abc1"}""").FailsWith(ErrorCodes.InvalidRecord)).Details).Code);
        await table.InsertAsync("""{"v": "abc\n"}""").FailsWith(ErrorCodes.InvalidRecord);
    }

    [Fact]
    public async Task Columns_can_be_unique_together()
    {
        var table = await _database.MakeTableAsync("""{"table_name": "t", "columns": [{"name": "a", "type": "TEXT"}, {"name": "b", "type": "INTEGER"}], "unique": [["a", "b"]]}""");
        await table.AddAsync("""{"a": "x", "b": 1}""");
        await table.AddAsync("""{"a": "x", "b": 2}""");

        await table.InsertAsync("""{"a": "x", "b": 1}""").FailsWith(ErrorCodes.UniqueViolation);
        Assert.Equal([["a", "b"]], (await _database.GetTableAsync("t").Succeeds()).Indexes.Where(i => i.IsUnique).Select(i => i.Columns.Select(c => c.Name)));
    }

    [Fact]
    public async Task A_table_with_uuids_gives_them_or_takes_them()
    {
        var table = await _database.MakeTableAsync("""{"table_name": "t", "id_type": "uuid", "columns": [{"name": "id", "type": "UUID", "primary_key": true}, {"name": "n", "type": "INTEGER"}]}""");

        var made = await table.AddAsync("""{"n": 1}""");
        var given = await table.AddAsync("""{"id": "019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60", "n": 2}""");

        Assert.Equal(7, Guid.Parse(made.Str("id") ?? "").Version);
        Assert.Equal("019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60", given.Str("id"));
        await table.InsertAsync("""{"id": "019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60", "n": 3}""").FailsWith(ErrorCodes.UniqueViolation);
        var described = await _database.GetTableAsync("t").Succeeds();
        Assert.Equal((ColumnRole.Id, ColumnType.Uuid, true), (described.Columns[0].Role, described.Columns[0].Type, described.IsOwn));
    }

    private Task<TestTable> MakeAsync(string columns) => _database.MakeTableAsync($$"""{"table_name": "t", "columns": [{{columns}}]}""");
}
