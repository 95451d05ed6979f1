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

    private static async Task<MoveEntry> EnterAsync(PostgresStorage storage)
    {
        var account = Some.Account(TimeProvider.System);
        await storage.Accounts.AddAsync(account, Ct).Succeeds();
        Assert.True(DatabaseName.Parse("shop").TryGet(out var name, out _));
        var database = await storage.Databases.AddAsync(account.Id, name, Ct).Succeeds();
        return new MoveEntry(database.Id, PlacementName.Postgres, TwoPlacements.Two, MoveRegistry.StageOf(MoveStage.Switching), "the owner", Beat: 0);
    }
}
