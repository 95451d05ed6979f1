using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>What the metadata say of a move while others say something of it too.</summary>
public sealed class MoveRegistryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flip_whose_commit_nobody_heard_of_is_waited_for_and_never_undone()
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var (moves, entry) = (new MoveRegistry(storage.Metadata, TimeProvider.System), await EnterAsync(storage));
        await moves.BeginAsync(entry, Ct).Succeeds();

        // The server goes on committing what the mover has given up to hear of.
        await using var connection = await server.ConnectAsync(Ct);
        await using var flip = await connection.BeginTransactionAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand($"UPDATE nebula.moves SET stage = 'cleaning'; UPDATE nebula.databases SET placement = 'two' WHERE database_id = {entry.Database.Value}", connection);
        await command.ExecuteNonQueryAsync(Ct);
        var isFlipped = moves.IsFlippedAsync(entry, Ct).AsTask();
        var mayUndo = moves.BeginUndoAsync(entry, Ct).AsTask();
        await Eventually.IsTrue(() => storage.Databases.FindAsync(entry.Database, Ct).AsTask().Result is { Placement.Value: "postgres" } && !isFlipped.IsCompleted && !mayUndo.IsCompleted, "both wait");
        await flip.CommitAsync(Ct);

        Assert.True(await Eventually.Ends(isFlipped));
        Assert.False(await Eventually.Ends(mayUndo));
    }

    [Fact]
    public async Task A_move_from_where_the_database_is_no_longer_is_not_begun()
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var (moves, entry) = (new MoveRegistry(storage.Metadata, TimeProvider.System), await EnterAsync(storage));
        await server.RunAsync($"UPDATE nebula.databases SET placement = 'two' WHERE database_id = {entry.Database.Value}", Ct);

        await moves.BeginAsync(entry, Ct).FailsWith(ErrorCodes.Busy);

        Assert.Empty(await moves.ListAsync(Ct));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renaming_or_removal_waits_for_a_move_that_is_being_entered_and_is_refused(bool isRemoval)
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var entry = await EnterAsync(storage);
        await using var connection = await server.ConnectAsync(Ct);
        await using var entering = await connection.BeginTransactionAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand(
            $"""
            INSERT INTO nebula.moves (database_id, source, target, stage, owner, started_at)
            SELECT database_id, 'postgres', 'two', 'preparing', 'somebody', '' FROM nebula.databases WHERE database_id = {entry.Database.Value} FOR SHARE
            """, connection);
        await command.ExecuteNonQueryAsync(Ct);

        var change = ChangeAsync(storage.Databases, entry.Database, isRemoval);
        await Eventually.IsTrue(() => server.ColumnAsync("SELECT 1 FROM pg_locks WHERE NOT granted", Ct).Result.Count > 0, "it waits");
        await entering.CommitAsync(Ct);

        Assert.Equal(ErrorCodes.Busy, await Eventually.Ends(change));
        Assert.Equal("shop", (await storage.Databases.FindAsync(entry.Database, Ct))?.Name.Value);
    }

    [Fact]
    public async Task A_move_waits_for_a_removal_that_is_being_entered_and_is_not_begun()
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var (moves, entry) = (new MoveRegistry(storage.Metadata, TimeProvider.System), await EnterAsync(storage));
        await using var connection = await server.ConnectAsync(Ct);
        await using var removing = await connection.BeginTransactionAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand($"UPDATE nebula.databases SET state = 'deleting' WHERE database_id = {entry.Database.Value}", connection);
        await command.ExecuteNonQueryAsync(Ct);

        var begun = moves.BeginAsync(entry, Ct).AsTask();
        await Eventually.IsTrue(() => server.ColumnAsync("SELECT 1 FROM pg_locks WHERE NOT granted", Ct).Result.Count > 0, "it waits");
        await removing.CommitAsync(Ct);

        Assert.Equal(ErrorCodes.Busy, (await Eventually.Ends(begun)).Code());
        Assert.Empty(await moves.ListAsync(Ct));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_store_of_files_looks_for_a_move_in_the_transaction_of_a_renaming_or_removal(bool isRemoval)
    {
        await using var storage = await RunningStorage.StartAsync();
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");
        var moves = new MoveRegistry(storage.Storage.Metadata, TimeProvider.System);
        var entry = new MoveEntry(database.Id, PlacementName.Sqlite, TwoPlacements.Two, MoveRegistry.StageOf(MoveStage.Copying), "the owner", Beat: 0);
        await moves.BeginAsync(entry, Ct).Succeeds();

        Assert.Equal(ErrorCodes.Busy, await ChangeAsync(storage.Storage.Databases, database.Id, isRemoval));

        await moves.EndAsync(entry.Database, entry.Owner, Ct);
        await database.Table("items").AddAsync("""{"v": 1}""");
        Assert.Equal("ok", await ChangeAsync(storage.Storage.Databases, database.Id, isRemoval));
        Assert.Equal(isRemoval ? ErrorCodes.Busy : "ok", (await moves.BeginAsync(entry, Ct)).Code());
    }

    [Fact]
    public async Task A_database_that_was_moved_meanwhile_is_not_removed_from_where_it_was()
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var database = await storage.Databases.FindAsync((await EnterAsync(storage)).Database, Ct) ?? throw new InvalidOperationException("It is gone.");
        await server.RunAsync($"UPDATE nebula.databases SET placement = 'two' WHERE database_id = {database.Id.Value}", Ct);

        await storage.Databases.RemoveAsync(database, Ct).FailsWith(ErrorCodes.Busy);

        Assert.Equal(["active"], (await server.ColumnAsync($"SELECT CASE state WHEN 'deleting' THEN state ELSE 'active' END FROM nebula.databases WHERE database_id = {database.Id.Value}", Ct)));
    }

    [Fact]
    public async Task A_database_is_not_replaced_while_it_is_moved()
    {
        await using var server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(server.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var (moves, entry) = (new MoveRegistry(storage.Metadata, TimeProvider.System), await EnterAsync(storage));
        var database = await storage.Databases.FindAsync(entry.Database, Ct) ?? throw new InvalidOperationException("It is gone.");
        await using var files = await RunningStorage.StartAsync();
        var other = await (await files.Services.AddTenantAsync()).AddDatabaseAsync();
        await other.AddTableAsync("items", "v INTEGER");
        var file = files.PathOf(other.Database);

        await moves.BeginAsync(entry, Ct).Succeeds();
        await storage.Backups.ReplaceAsync(database, file, Ct).FailsWith(ErrorCodes.Busy);
        await moves.EndAsync(entry.Database, entry.Owner, Ct);

        await storage.Backups.ReplaceAsync(database, file, Ct).Succeeds();
    }

    [Fact]
    public async Task A_database_that_was_never_used_is_not_moved()
    {
        await using var two = await TwoPlacements.StartAsync();
        var database = await (await two.Services.AddTenantAsync()).AddDatabaseAsync();

        Assert.False((await two.TryMoveAsync(database, TwoPlacements.Two)).TryGet(out _, out var error));

        Assert.Equal(ErrorCodes.Conflict, error.Code);
        await database.AddTableAsync("items", "n INTEGER");
        await two.MoveAsync(database, TwoPlacements.Two);
    }

    private static async Task<string> ChangeAsync(IDatabaseStore databases, DatabaseId id, bool isRemoval)
    {
        var database = await databases.FindAsync(id, Ct) ?? throw new InvalidOperationException("It is gone.");
        Assert.True(DatabaseName.Parse("renamed").TryGet(out var name, out _));
        return isRemoval ? (await databases.RemoveAsync(database, Ct)).Code() : (await databases.RenameAsync(database, name, Ct)).Code();
    }

    private static async Task<MoveEntry> EnterAsync(PostgresStorage storage)
    {
        var account = Some.Account(TimeProvider.System);
        await storage.Accounts.AddAsync(account, Ct).Succeeds();
        Assert.True(DatabaseName.Parse("shop").TryGet(out var name, out _));
        var database = await storage.Databases.AddAsync(account.Id, name, most: null, Ct).Succeeds();
        return new MoveEntry(database.Id, PlacementName.Postgres, TwoPlacements.Two, MoveRegistry.StageOf(MoveStage.Switching), "the owner", Beat: 0);
    }
}
