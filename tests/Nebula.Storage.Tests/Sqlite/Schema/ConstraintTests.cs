using Microsoft.Data.Sqlite;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>What a definition says is held by the file itself, whoever writes it.</summary>
public sealed class ConstraintTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData("DECIMAL(5,2)", "1", "99999", "-99999", "NULL", "'1234'")]
    [InlineData("DECIMAL(18,0)", "999999999999999999", "-999999999999999999")]
    [InlineData("DATE", "'2026-11-23'", "'0001-01-01'", "'9999-12-31'", "'2028-02-29'")]
    [InlineData("DATETIME", "'2026-11-23T10:00:00.000Z'", "'0001-01-01T00:00:00.000Z'", "'9999-12-31T23:59:59.999Z'")]
    [InlineData("REAL", "1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "0", "NULL")]
    [InlineData("UUID", "'019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60'", "NULL")]
    [InlineData("JSON", "'{\"a\":1}'", "'123'", "'null'", "'\"x\"'", "'[]'", "NULL", "1")]
    [InlineData("VARCHAR(3)", "'abc'", "'äöü'", "'\U0001f600\U0001f600\U0001f600'", "12")]
    public async Task Another_program_can_write_what_fits(string type, params string[] values)
    {
        await MakeAsync($$"""{"name": "v", "type": "{{type}}"}""");

        foreach (var value in values)
            Assert.Equal("ok", Write(value));
    }

    [Theory]
    [InlineData("DECIMAL(5,2)", "100000", "-100000", "1.5", "'x'", "x'01'")]
    [InlineData("DECIMAL(18,0)", "1000000000000000000", "-9223372036854775807 - 1")]
    [InlineData("REAL", "9e999", "-9e999", "'x'")]
    [InlineData("DATE", "'0000-01-01'", "'0000-12-31'", "'2026-02-30'", "'2026-13-01'", "'2026-11-23T10:00:00.000Z'", "'2026-1-1'", "20261123", "'now'", "'2026-11-23 '", "x'323032362d31312d3233'", "''")]
    [InlineData("DATETIME", "'0000-12-31T23:59:59.999Z'", "'2026-11-23'", "'2026-11-23T10:00:00Z'", "'2026-11-23T25:00:00.000Z'", "'2026-02-30T10:00:00.000Z'", "1", "'2026-11-23T10:00:60.000Z'")]
    [InlineData("UUID", "'019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60'", "'019ab0d27f107d21a4c51b2c3d4e5f60'", "'x'", "1", "x'00'")]
    [InlineData("JSON", "'{'", "'{a:1}'", "''", "x'7b7d'")]
    [InlineData("VARCHAR(3)", "'abcd'", "x'61'")]
    public async Task Another_program_cannot_write_what_does_not_fit(string type, params string[] values)
    {
        await MakeAsync($$"""{"name": "v", "type": "{{type}}"}""");

        Assert.All(values, value => Assert.Equal("check", Write(value)));
    }

    [Theory]
    [InlineData("INTEGER", """{"min": 1, "max": 9}""", "1 9 NULL", "0 10")]
    [InlineData("INTEGER", """{"min": -9223372036854775808, "max": 9223372036854775807}""", "-9223372036854775807 9223372036854775807", "")]
    [InlineData("REAL", """{"min": 0.5, "max": 1e300}""", "0.5 1e299", "0.4 1e301")]
    [InlineData("DECIMAL(5,2)", """{"min": "0.50", "max": 10}""", "50 1000", "49 1001")]
    [InlineData("DATE", """{"min": "2026-01-01"}""", "'2026-01-01'", "'2025-12-31'")]
    [InlineData("DATETIME", """{"max": "2026-01-01T00:00:00+01:00"}""", "'2025-12-31T23:00:00.000Z'", "'2025-12-31T23:00:00.001Z'")]
    [InlineData("TEXT", """{"min_length": 2, "max_length": 3}""", "'ab' 'äöü'", "'a' 'abcd'")]
    [InlineData("BLOB", """{"max_length": 2}""", "x'0000' x''", "x'000000'")]
    [InlineData("TEXT", """{"one_of": ["it's", "b"]}""", "'it''s' 'b'", "'B' 'c'")]
    [InlineData("INTEGER", """{"one_of": [1, 3]}""", "1 3", "2")]
    public async Task Checks_hold_for_another_program_too(string type, string check, string good, string bad)
    {
        await MakeAsync($$"""{"name": "v", "type": "{{type}}", "check": {{check}}}""");

        Assert.All(good.Split(' '), value => Assert.Equal("ok", Write(value)));
        Assert.All(bad.Split(' ', StringSplitOptions.RemoveEmptyEntries), value => Assert.Equal("check", Write(value)));
    }

    [Fact]
    public async Task A_moment_is_itself_again_for_each_millisecond_of_a_minute()
    {
        await MakeAsync("""{"name": "v", "type": "DATETIME"}""");
        using var program = _storage.OpenFile(_database.Database);

        program.Run("""
            WITH RECURSIVE ms(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ms WHERE n < 59999)
            INSERT INTO t (v) SELECT printf('2026-11-23T23:59:%02d.%03dZ', n / 1000, n % 1000) FROM ms
            """);

        Assert.Equal(60_000, program.Integer("SELECT count(*) FROM t"));
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
    public async Task A_default_is_given_to_records_of_all_programs(string type, string value, string expected)
    {
        var table = await MakeAsync($$"""{"name": "v", "type": "{{type}}", "nullable": false, "default": {{value}}}, {"name": "n", "type": "INTEGER"}""");

        var own = await table.AddAsync("""{"n": 1}""");
        using (var program = _storage.OpenFile(_database.Database))
            program.Run("INSERT INTO t (n) VALUES (2)");

        Assert.Contains($"\"v\":{expected},", own.Text, StringComparison.Ordinal);
        Assert.Contains($"\"v\":{expected},", (await table.FindAsync(2).Succeeds()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_another_program_must_be_a_uuid_too()
    {
        await _database.MakeTableAsync("""{"table_name": "t", "id_type": "uuid", "columns": [{"name": "n", "type": "INTEGER"}]}""");

        Assert.Equal("check", Write("1", "id"));
        Assert.Equal("ok", Write("'019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60'", "id"));
    }

    [Fact]
    public async Task A_reference_to_nothing_is_refused_for_another_program_too()
    {
        await MakeAsync("""{"name": "v", "type": "INTEGER", "references": {"table": "t"}}""");

        Assert.Equal("reference", Write("9"));
    }

    private Task<TestTable> MakeAsync(string columns) => _database.MakeTableAsync($$"""{"table_name": "t", "columns": [{{columns}}]}""");

    /// <summary>Writes as another program does, and says what came of it.</summary>
    private string Write(string value, string column = "v")
    {
        using var program = _storage.OpenFile(_database.Database);
        try
        {
            program.Run($"INSERT INTO t ({column}) VALUES ({value})");
            return "ok";
        }
        catch (SqliteException e)
        {
            return e.SqliteExtendedErrorCode switch { 275 => "check", 787 => "reference", 1299 => "null", 2067 => "unique", _ => e.Message };
        }
    }
}
