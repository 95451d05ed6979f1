using Nebula.Core;
using Nebula.Storage.Migrations;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class OtherVersionTests : IDisposable
{
    private readonly TemporaryDirectory _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_backup_of_an_older_Nebula_is_brought_to_the_schema_of_this_one(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        await tenant.AddMusicAsync();
        var backup = RewrittenBackup.Of(await source.BackUpAsync(), _place, file =>
        {
            // As before the audit log and what came after it.
            var last = Migration.All("Sqlite").Single(m => m.Name == "placements").Number;
            file.Run($"DELETE FROM nebula_migrations WHERE number > {last}");
            foreach (var table in file.Column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('users', 'databases', 'api_keys', 'moves', 'nebula_migrations', 'sqlite_sequence')"))
                file.Run($"DROP TABLE {table}");
        });

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        await target.RestoreAsync(backup);

        Assert.NotNull(await target.Services.Accounts.FindAsync(tenant.Id, Ct));
    }

    [Fact]
    public async Task A_backup_of_a_newer_Nebula_is_told_and_restores_nothing()
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var backup = RewrittenBackup.Of(await source.BackUpAsync(), _place, file => file.Run("INSERT INTO nebula_migrations VALUES (9999, 'later', 'x', 'then')"));

        await using var target = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var error = await target.Backups.RestoreAllAsync(backup, skipsDamaged: false, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);

        Assert.Contains("newer Nebula", error.Message, StringComparison.Ordinal);
        Assert.Null(await target.Services.Accounts.FindAsync(tenant.Id, Ct));
    }
}
