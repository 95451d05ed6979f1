using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>A server that goes away and comes back.</summary>
public sealed class OutageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_server_is_away_requests_are_told_to_come_back_and_afterwards_everything_works_again()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new(database.ConnectionString)), TimeProvider.System, new RecordingLoggers(), Ct);
        var account = Some.Account(TimeProvider.System);
        await storage.Accounts.AddAsync(account, Ct).Succeeds();
        Assert.True(await storage.IsMetadataReadyAsync(Ct));

        await cluster.CrashAsync();

        var fault = await Assert.ThrowsAsync<UnavailableException>(() => storage.Accounts.FindAsync(account.Id, Ct).AsTask());
        Assert.Equal(ErrorCodes.Unavailable, fault.Error.Code);
        Assert.NotNull(fault.Error.RetryAfter);
        await Assert.ThrowsAsync<UnavailableException>(() => storage.Accounts.UpdateAsync(account, account with { Username = "new" }, Ct).AsTask());
        await Assert.ThrowsAsync<UnavailableException>(() => storage.IsMetadataReadyAsync(Ct).AsTask());

        await cluster.StartAgainAsync();

        Assert.Equal(account, await storage.Accounts.FindAsync(account.Id, Ct));
        await storage.Accounts.UpdateAsync(account, account with { Username = "new" }, Ct).Succeeds();
    }
}
