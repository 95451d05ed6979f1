using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>The metadata of servers that share one PostgreSQL.</summary>
public sealed class MetadataTests : IAsyncLifetime
{
    private PostgresDatabase? _database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Database => _database ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _database = PostgresCluster.WhyNone is null ? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync() : null;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    [Fact]
    public async Task Of_several_that_start_at_once_each_migration_is_applied_by_one()
    {
        await PostgresCluster.SharedAsync();
        var log = new RecordingLoggers();

        var storages = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => StartAsync(log), Ct)));

        Assert.Single(log.Lines, line => line.Contains("Applied migration 1", StringComparison.Ordinal));
        Assert.Equal(Nebula.Storage.Migrations.Migration.All("Postgres").Select(m => $"{m.Number}"), await Database.ColumnAsync("SELECT number FROM nebula.migrations ORDER BY number", Ct));
        foreach (var storage in storages)
            await storage.DisposeAsync();
    }

    [Fact]
    public async Task Metadata_of_a_newer_program_or_of_other_steps_is_refused()
    {
        await PostgresCluster.SharedAsync();
        await using (await StartAsync())
        {
        }

        await Database.RunAsync("INSERT INTO nebula.migrations VALUES (99, 'new', 'x', 'now')", Ct);
        Assert.Contains("newer", (await Assert.ThrowsAsync<Migrations.MigrationException>(() => StartAsync())).Message, StringComparison.Ordinal);

        await Database.RunAsync("DELETE FROM nebula.migrations WHERE number = 99; UPDATE nebula.migrations SET hash = 'other'", Ct);
        await Assert.ThrowsAsync<Migrations.MigrationException>(() => StartAsync());
    }

    [Fact]
    public async Task A_database_in_which_a_backslash_ends_texts_is_refused()
    {
        await PostgresCluster.SharedAsync();
        await Database.RunAsync($"ALTER DATABASE \"{Database.Name}\" SET standard_conforming_strings = off", Ct);

        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => StartAsync());

        Assert.Contains("standard_conforming_strings", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_in_a_sentence_without_the_password()
    {
        var options = new PostgresOptions(new("Host=127.0.0.1;Port=1;Username=u;Password=hush;Database=d"));

        var fault = await Assert.ThrowsAsync<UnavailableException>(() => PostgresStorage.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Ct));

        Assert.StartsWith("PostgreSQL at 127.0.0.1:1/d can't be reached", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_server_adds_changes_and_removes_the_other_has()
    {
        await PostgresCluster.SharedAsync();
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var account = Some.Account(TimeProvider.System);

        await one.Accounts.AddAsync(account, Ct).Succeeds();
        var database = await other.Databases.AddAsync(account.Id, Some.Database("Shop"), most: null, Ct).Succeeds();
        var key = KeyOf(database);
        await one.ApiKeys.AddAsync(key, Ct).Succeeds();

        Assert.Equal(account, await other.Accounts.FindByEmailAsync(account.Email.ToUpperInvariant(), Ct));
        Assert.Equal(database, await one.Databases.FindAsync(account.Id, Some.Database("SHOP"), Ct));
        Assert.Equal(key.Id, (await other.ApiKeys.FindAsync(key.LookupKey, Ct))?.Id);
        Assert.Equal(key.Id, Assert.Single(await other.ApiKeys.ListNamedAsync([database], "MAIN", Ct)).Value.Id);
        (await other.ApiKeys.AddAsync(key with { Id = ApiKeyId.New(TimeProvider.System), LookupKey = "another", Name = "MAIN" }, Ct)).FailsWith(ErrorCodes.KeyExists);

        await other.Databases.RemoveAsync(database, Ct).Succeeds();
        Assert.Null(await one.ApiKeys.FindAsync(key.LookupKey, Ct));
        (await one.ApiKeys.AddAsync(key, Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
        await one.Accounts.RemoveAsync(account.Id, Ct).Succeeds();
    }

    [Fact]
    public async Task Keys_given_out_while_their_database_is_removed_are_refused_or_go_with_it()
    {
        await PostgresCluster.SharedAsync();
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var account = Some.Account(TimeProvider.System);
        await one.Accounts.AddAsync(account, Ct).Succeeds();
        for (var round = 0; round < 10; round++)
        {
            var database = await one.Databases.AddAsync(account.Id, Some.Database($"d{round}"), most: null, Ct).Succeeds();
            var adding = Task.WhenAll(Enumerable.Range(0, 8).Select(i => other.ApiKeys.AddAsync(KeyOf(database) with { Name = $"k{i}" }, Ct).AsTask()));

            await one.Databases.RemoveAsync(database, Ct).Succeeds();

            Assert.All(await adding, outcome => Assert.Contains(outcome.Code(), new[] { "ok", ErrorCodes.DatabaseNotFound }));
            Assert.Empty(await other.ApiKeys.ListAsync(database.Id, Ct));
        }
    }

    [Fact]
    public async Task A_schema_of_many_tables_is_removed_as_a_whole_and_a_removal_cut_short_is_finished_by_the_next_start()
    {
        await PostgresCluster.SharedAsync();
        await using var one = await StartAsync();
        var account = Some.Account(TimeProvider.System);
        await one.Accounts.AddAsync(account, Ct).Succeeds();
        var (big, cut) = (await one.Databases.AddAsync(account.Id, Some.Database("big"), most: null, Ct).Succeeds(), await one.Databases.AddAsync(account.Id, Some.Database("cut"), most: null, Ct).Succeeds());
        foreach (var database in new[] { big, cut })
        {
            await Database.RunAsync(
                $"CREATE SCHEMA db_{database.Id.Value}; CREATE TABLE db_{database.Id.Value}.t0 (id bigint PRIMARY KEY); "
                + string.Concat(Enumerable.Range(1, 50).Select(i => $"CREATE TABLE db_{database.Id.Value}.t{i} (id bigint PRIMARY KEY, up bigint REFERENCES db_{database.Id.Value}.t{i - 1});")),
                Ct);
        }

        Assert.True(await one.Databases.GetSizeAsync(big, Ct) > 0);
        await one.Databases.RemoveAsync(big, Ct).Succeeds();
        await Database.RunAsync($"UPDATE nebula.databases SET state = 'deleting' WHERE database_id = {cut.Id.Value}", Ct);
        await using var other = await StartAsync();

        Assert.Empty(await Database.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        Assert.Equal(["0"], await Database.ColumnAsync("SELECT count(*) FROM nebula.databases", Ct));
    }

    [Fact]
    public async Task A_removal_that_can_not_be_finished_stops_neither_the_others_nor_a_start()
    {
        await PostgresCluster.SharedAsync();
        await using var one = await StartAsync();
        var account = Some.Account(TimeProvider.System);
        await one.Accounts.AddAsync(account, Ct).Succeeds();
        var (stuck, other) = (await one.Databases.AddAsync(account.Id, Some.Database("stuck"), most: null, Ct).Succeeds(), await one.Databases.AddAsync(account.Id, Some.Database("other"), most: null, Ct).Succeeds());
        await Database.RunAsync(
            $$"""
            CREATE SCHEMA db_{{stuck.Id.Value}}; CREATE TABLE db_{{stuck.Id.Value}}.t (id bigint); CREATE SCHEMA db_{{other.Id.Value}};
            CREATE FUNCTION public.keep() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE schema_name = 'db_{{stuck.Id.Value}}') THEN RAISE EXCEPTION 'kept'; END IF; END $$;
            CREATE EVENT TRIGGER keep ON sql_drop EXECUTE FUNCTION public.keep();
            """,
            Ct);

        await one.Databases.RemoveAsync(stuck, Ct).Succeeds();
        await Database.RunAsync($"UPDATE nebula.databases SET state = 'deleting' WHERE database_id = {other.Id.Value}", Ct);
        await using var next = await StartAsync();

        Assert.Equal([$"{stuck.Id.Value}"], await Database.ColumnAsync("SELECT database_id FROM nebula.databases", Ct));
        Assert.Null(await next.Databases.FindAsync(account.Id, Some.Database("stuck"), Ct));
        Assert.NotEqual(stuck.Id, (await next.Databases.AddAsync(account.Id, Some.Database("stuck"), most: null, Ct).Succeeds()).Id);
    }

    [Fact]
    public async Task A_connection_that_was_cut_is_replaced_before_a_request_notices()
    {
        await PostgresCluster.SharedAsync();
        await using var one = await StartAsync();
        var account = Some.Account(TimeProvider.System);
        await one.Accounts.AddAsync(account, Ct).Succeeds();

        await Database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", Ct);

        Assert.Equal(account, await one.Accounts.FindAsync(account.Id, Ct));
        await one.Accounts.UpdateAsync(account, account with { Username = "new" }, Ct).Succeeds();
    }

    private static ApiKey KeyOf(Database database)
    {
        var (text, prefix) = ApiKeyText.Create();
        return new ApiKey(ApiKeyId.New(TimeProvider.System), database.Id, "main", prefix, prefix, ApiKeyText.Hash(text), Scopes.All, Tables: null, Some.Now(TimeProvider.System), null, null);
    }

    private Task<PostgresStorage> StartAsync(RecordingLoggers? log = null) =>
        PostgresStorage.StartAsync(new PostgresOptions(new(Database.ConnectionString)), TimeProvider.System, log ?? new RecordingLoggers(), Ct);
}
