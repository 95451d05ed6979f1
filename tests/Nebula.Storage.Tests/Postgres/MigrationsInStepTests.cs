using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>
/// The stores of accounts, keys and databases are one code over the metadata of either engine, so both folders of migrations have to lead to the same tables: whatever only one has is named here, with
/// the reason.
/// </summary>
public sealed class MigrationsInStepTests
{
    // A rename moves a file and an import brings one: both are two steps, which a crash can part.
    private static readonly string[] _onlySqlite = ["databases.pending_file TEXT", "databases.pending_name TEXT"];

    // SQLite has a rowid without being told, and one server, which needs no news.
    private static readonly string[] _onlyPostgres =
    [
        "api_keys.rowid INTEGER NOT NULL", "changes.change_id INTEGER NOT NULL", "changes.changed_at TIME NOT NULL", "changes.kind TEXT NOT NULL", "changes.target TEXT NOT NULL",
        "changes.transaction XID NOT NULL",
    ];

    // What was done on SQLite before there was anything else.
    private static readonly string[] _onlySqliteSteps = ["imports"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Both_engines_take_the_same_steps_in_the_same_order() =>
        Assert.Equal(Migration.All("Sqlite").Select(m => m.Name).Except(_onlySqliteSteps), Migration.All("Postgres").Select(m => m.Name));

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void The_steps_of_an_engine_are_numbered_without_a_gap(string engine) =>
        Assert.Equal(Enumerable.Range(1, Migration.All(engine).Count), Migration.All(engine).Select(m => m.Number));

    [Fact]
    public async Task Both_engines_come_to_the_same_tables_and_columns()
    {
        var (sqlite, postgres) = (await SqliteColumnsAsync(), await PostgresColumnsAsync());

        Assert.NotEmpty(sqlite.Intersect(postgres));
        Assert.Equal(_onlySqlite, sqlite.Except(postgres));
        Assert.Equal(_onlyPostgres, postgres.Except(sqlite));
    }

    private static async Task<IReadOnlyList<string>> SqliteColumnsAsync()
    {
        SqliteLibrary.Start();
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(Ct);
        MigrationRunner.Run(connection, MigrationSql.Sqlite, Migration.All("Sqlite"), TimeProvider.System, NullLogger.Instance);
        await using var select = connection.CreateCommand();
        select.CommandText = """
            SELECT t.name, c.name, c.type, c."notnull" OR c.pk > 0 FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'nebula_migrations'
            """;
        return await ColumnsAsync(select);
    }

    private static async Task<IReadOnlyList<string>> PostgresColumnsAsync()
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using (await PostgresStorage.StartAsync(new PostgresOptions(new(database.ConnectionString)), TimeProvider.System, new RecordingLoggers(), Ct))
        {
        }

        await using var connection = await database.ConnectAsync(Ct);
        await using var select = connection.CreateCommand();
        select.CommandText = """
            SELECT table_name::text, column_name::text,
              CASE udt_name WHEN 'int4' THEN 'INTEGER' WHEN 'int8' THEN 'INTEGER' WHEN 'float8' THEN 'REAL' WHEN 'bytea' THEN 'BLOB' WHEN 'timestamptz' THEN 'TIME' WHEN 'xid8' THEN 'XID' ELSE upper(udt_name) END,
              is_nullable = 'NO'
            FROM information_schema.columns WHERE table_schema = 'nebula' AND table_name <> 'migrations'
            """;
        return await ColumnsAsync(select);
    }

    private static async Task<IReadOnlyList<string>> ColumnsAsync(DbCommand select)
    {
        await using var reader = await select.ExecuteReaderAsync(Ct);
        var columns = new List<string>();
        while (await reader.ReadAsync(Ct))
            columns.Add($"{reader.GetString(0)}.{reader.GetString(1)} {reader.GetString(2)}{(reader.GetBoolean(3) ? " NOT NULL" : "")}");
        columns.Sort(StringComparer.Ordinal);
        return columns;
    }
}
