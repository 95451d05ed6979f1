using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>What the operator hears when it is PostgreSQL that fails.</summary>
public sealed class ServerFaultTests : IDisposable
{
    private static readonly DatabaseId _database = new(7);

    private readonly RecordingLoggers _log = new();
    private readonly ManualClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData("53100")] // disk_full
    [InlineData("53300")] // too_many_connections
    [InlineData("57P01")] // admin_shutdown
    [InlineData("57P03")] // cannot_connect_now
    [InlineData("58030")] // io_error
    [InlineData("XX001")] // data_corrupted
    public void A_fault_of_the_server_is_logged_with_its_code_and_the_database_and_nothing_else_of_it(string code)
    {
        var faults = new ServerFaults(_clock, _log);

        faults.Note(Fault(code), _database);

        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("Warning: ", line, StringComparison.Ordinal);
        Assert.Contains(code, line, StringComparison.Ordinal);
        Assert.Contains("database 7", line, StringComparison.Ordinal);
        Assert.DoesNotContain("a value", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("57014")] // query_canceled
    [InlineData("23505")]
    [InlineData("40001")]
    public void What_a_statement_or_its_deadline_did_is_not_logged(string code)
    {
        new ServerFaults(_clock, _log).Note(Fault(code), _database);

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Each_code_is_logged_at_once_and_then_every_ten_seconds_with_the_number()
    {
        var faults = new ServerFaults(_clock, _log);

        for (var i = 0; i < 5; i++)
            faults.Note(Fault("53300"), _database);
        faults.Note(Fault("XX001"), database: null);
        Assert.Equal(2, _log.Lines.Count);
        _clock.Advance(TimeSpan.FromSeconds(11));
        faults.Note(Fault("53300"), _database);

        Assert.Equal(3, _log.Lines.Count);
        Assert.Contains("1 failed", _log.Lines[0], StringComparison.Ordinal);
        Assert.Contains("the metadata", _log.Lines[1], StringComparison.Ordinal);
        Assert.Contains("5 failed", _log.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_kept_a_connection_from_being_opened_is_logged_too()
    {
        new ServerFaults(_clock, _log).Note(new UnavailableException(StorageErrors.Unavailable, Fault("53300")), _database);

        Assert.Contains("53300", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_fail_so_are_answered_and_logged()
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)), TimeProvider.System, _log, Ct);
        var tenant = await new Services(storage, TimeProvider.System).AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await database.RunAsync(
            $"""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'secret %', NEW.n USING ERRCODE = '58' || lpad(NEW.n::text, 3, '0'); END $$;
            CREATE TRIGGER fails BEFORE INSERT ON db_{table.Database.Id}.items FOR EACH ROW EXECUTE FUNCTION fail()
            """, Ct);

        await table.InsertAsync("""{"n": 1}""").FailsWith(ErrorCodes.Unavailable);
        await table.InsertManyAsync("""[{"n": 2}]""").FailsWith(ErrorCodes.Unavailable);
        await table.Database.RunAsync("""{"op": "create", "table": "items", "data": {"n": 3}}""").FailsWith(ErrorCodes.Unavailable);

        foreach (var code in new[] { "58001", "58002", "58003" })
            Assert.Single(_log.Lines, line => line.StartsWith($"Warning: PostgreSQL failed with {code} for database {table.Database.Id}", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_statement_that_does_not_fit_the_schema_is_said_for_those_who_look_closely()
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)), TimeProvider.System, _log, Ct);
        var tenant = await new Services(storage, TimeProvider.System).AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");
        await database.RunAsync($"ALTER TABLE db_{table.Database.Id}.items DROP COLUMN n", Ct);

        await table.FindAsync(row.Id).Succeeds();

        Assert.Contains(_log.Lines, line => line.StartsWith("Debug: ", StringComparison.Ordinal) && line.Contains("42703", StringComparison.Ordinal));
    }

    private static PostgresException Fault(string code) => new("a value", "ERROR", "ERROR", code);
}
