namespace Nebula.Storage.Tests.Postgres;

/// <summary>What the other tests rely on.</summary>
public sealed class PostgresClusterTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_database_is_empty_and_its_own()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var one = await cluster.CreateDatabaseAsync();
        await using var other = await cluster.CreateDatabaseAsync();

        await one.RunAsync("CREATE TABLE t (n integer)", Ct);

        Assert.Equal(["t"], await one.ColumnAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", Ct));
        Assert.Empty(await other.ColumnAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", Ct));
    }

    [Fact]
    public async Task One_of_its_own_can_crash_and_start_again()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await database.RunAsync("CREATE TABLE t (n integer)", Ct);

        await cluster.CrashAsync();
        await Assert.ThrowsAsync<Npgsql.NpgsqlException>(() => database.RunAsync("SELECT 1", Ct));
        await cluster.StartAgainAsync();

        Assert.Equal(["0"], await database.ColumnAsync("SELECT count(*) FROM t", Ct));
    }
}
