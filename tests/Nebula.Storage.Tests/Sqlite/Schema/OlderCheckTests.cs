using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Contracts;
using Nebula.Storage.Tests.Sqlite.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>Tables whose checks an older build wrote, which let through infinite numbers and the year 0000.</summary>
public sealed class OlderCheckTests(SqliteFixture storage) : AlterationContract(storage), IClassFixture<SqliteFixture>
{
    private readonly RunningStorage _running = storage.Running;

    [Fact]
    public async Task A_table_with_older_checks_is_still_nebulas_own()
    {
        await MakeOlderAsync("2");

        var table = await Database.GetTableAsync("t").Succeeds();

        Assert.True(table.IsOwn);
        Assert.Equal([ColumnType.Real, ColumnType.Date, ColumnType.DateTime, ColumnType.Decimal], table.Columns.Skip(1).Take(4).Select(c => c.Type));
        Assert.Equal(("2", "\"1.50\""), await RowAsync("r", "d"));
        await Database.Table("t").AddAsync("""{"r": 1.5, "day": "2026-11-23", "at": "2026-11-23T10:00:00Z", "d": "2"}""");
        await Database.AlterAsync("t", """{"add_columns": [{"name": "more", "type": "REAL"}]}""").Succeeds();
        await SameAsMadeAtOnceAsync();
    }

    [Fact]
    public async Task A_table_that_was_made_before_definitions_were_kept_is_still_nebulas_own()
    {
        await Database.AddTableAsync("u", "r REAL");
        using (var program = _running.OpenFile(Database.Database))
        {
            MakeOlder(program, "u");
            program.Run("UPDATE _nebula_tables SET definition = NULL WHERE name = 'u'");
        }

        _ = await Database.ListTablesAsync();
        Assert.True((await Database.GetTableAsync("u").Succeeds()).IsOwn);
    }

    [Theory]
    [InlineData("""{"alter_columns": [{"name": "d", "nullable": false}]}""")]
    [InlineData("""{"alter_columns": [{"name": "d", "type": "TEXT"}]}""")]
    public async Task A_change_that_makes_it_anew_gives_it_the_checks_of_today_or_names_the_records_in_the_way(string change)
    {
        await MakeOlderAsync("9e999");

        await RefusedAsync(change, ErrorCodes.CheckFailed, "r out_of_range", "1 record whose value no REAL has: 1");
        await Database.Table("t").UpdateAsync(1, """{"r": 3}""").Succeeds();
        await Database.AlterAsync("t", change).Succeeds();

        using var program = _running.OpenFile(Database.Database);
        Assert.Equal(1, program.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 't' AND sql LIKE '%< 9e999%'"));
        await SameAsMadeAtOnceAsync();
    }

    private async Task MakeOlderAsync(string r)
    {
        await MakeAsync("""{"name": "r", "type": "REAL", "check": {"min": 0}}, {"name": "day", "type": "DATE"}, {"name": "at", "type": "DATETIME", "nullable": false, "default": "@now"}, {"name": "d", "type": "DECIMAL(5,2)"}""");
        using (var program = _running.OpenFile(Database.Database))
        {
            MakeOlder(program, "t");
            program.Run($"INSERT INTO t (r, day, d) VALUES ({r}, '0000-01-01', 150)");
            program.Run("UPDATE t SET day = NULL");
        }

        _ = await Database.ListTablesAsync();
    }

    private static void MakeOlder(OtherProgram program, string table)
    {
        var version = program.Integer("PRAGMA schema_version") + 1;
        program.Run("PRAGMA writable_schema = ON");
        foreach (var (column, bound) in new[] { ("r", "\"r\" > -9e999 AND \"r\" < 9e999"), ("day", "\"day\" NOT GLOB ''0000-*''"), ("at", "\"at\" NOT GLOB ''0000-*''") })
            program.Run($"UPDATE sqlite_schema SET sql = replace(sql, ' AND {bound}', '') WHERE name = '{table}' AND sql LIKE '%\"{column}\"%'");
        program.Run($"PRAGMA schema_version = {version}");
        program.Run("PRAGMA writable_schema = RESET");
        Assert.Equal(0, program.Integer($"SELECT count(*) FROM sqlite_schema WHERE name = '{table}' AND (sql LIKE '%9e999%' OR sql LIKE '%0000-%')"));
    }
}
