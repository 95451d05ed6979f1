using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

public sealed class FileExportTests(PostgresFixture storage) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_that_is_written_anew_before_its_turn_comes_is_not_left_out()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        await (await database.AddTableAsync("first", "n INTEGER")).AddAsync("""{"n": 1}""");
        var last = await database.AddTableAsync("last", "n INTEGER");
        await last.AddAsync("""{"n": 1}""");
        await using var other = new NpgsqlConnection(storage.Database.ConnectionString);
        await other.OpenAsync(Ct);
        var schema = $"db_{database.Id.Value}";

        Task<Core.Result<Core.Databases.Files.DatabaseExport>> exporting;
        await using (var change = await other.BeginTransactionAsync(Ct))
        {
            await RunAsync(other, $"LOCK TABLE {schema}.last IN ACCESS EXCLUSIVE MODE");
            exporting = storage.Services.Files.ExportAsync(tenant.Caller, database.Database.Name, Ct).AsTask();
            while (await RunAsync(other, $"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{schema}.last'::regclass") is 0L)
                await Task.Delay(10, Ct);

            // To whoever began before it is empty from now on.
            await RunAsync(other, $"ALTER TABLE {schema}.last ALTER COLUMN n TYPE bigint USING n + 1; UPDATE {schema}._nebula_state SET version = version + 1");
            await change.CommitAsync(Ct);
        }

        using var export = (await Eventually.Ends(exporting)).Succeeds();
        await storage.Services.Files.ImportAsync(tenant.Caller, Some.Database("copy"), Core.Databases.Files.StripList.None, export.Content, Ct).Succeeds();
        Assert.Equal(["2"], (await (await tenant.OpenDatabaseAsync("copy")).Table("last").ListAsync("")).Column("n"));
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
