using System.IO.Compression;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

/// <summary>Without a key whoever can write to the place can write a backup: it is believed as to what it holds, and no further.</summary>
public sealed class ForgedBackupTests : IDisposable
{
    private readonly TemporaryDirectory _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("sqlite", "CREATE TABLE \"audit; CREATE TABLE nebula.slipped_in (a int); --\" (a)", "slipped_in")]
    [InlineData("postgres", "CREATE TABLE \"audit; CREATE TABLE nebula.slipped_in (a int); --\" (a)", "slipped_in")]
    [InlineData("sqlite", "ALTER TABLE users ADD COLUMN \"x) VALUES (1); --\" TEXT", "x) VALUES")]
    [InlineData("postgres", "ALTER TABLE users ADD COLUMN \"x) VALUES (1); --\" TEXT", "x) VALUES")]
    [InlineData("postgres", "CREATE TABLE moved (a REFERENCES \"users; --\" (user_id))", "moved")]
    public async Task Tables_and_columns_that_no_Nebula_has_are_refused_by_their_names(string engine, string sql, string named)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var backup = RewrittenBackup.Of(await source.BackUpAsync(), _place, file => file.Run(sql));

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        var error = await target.Backups.RestoreAllAsync(backup, skipsDamaged: false, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("which no Nebula has", error.Message, StringComparison.Ordinal);
        Assert.Null(await target.Services.Accounts.FindAsync(tenant.Id, Ct));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Numbers_do_not_go_on_behind_what_only_a_name_says(string engine)
    {
        await using var source = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var tenant = await source.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        var backup = await source.BackUpAsync();
        var folder = Directory.CreateDirectory(_place.Combine("accounts", tenant.Id.ToString(), $"{long.MaxValue}", BackupId.New(TimeProvider.System).Value)).FullName;
        File.Copy(_place.Combine("backups", backup.Id.Value, "manifest.json"), Path.Combine(folder, "manifest.json"));

        await using var target = await BackedUpServer.StartAsync(engine, _place.Path);
        await target.RestoreAsync(backup);

        Assert.Equal(database.Id.Value + 1, (await tenant.On(target.Services).AddDatabaseAsync()).Id.Value);
    }

    [Fact]
    public async Task Unpacking_ends_where_a_file_is_larger_than_its_manifest_says()
    {
        await using var server = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var database = await (await server.Services.AddTenantAsync()).AddMusicAsync();
        var backup = await server.BackUpAsync();
        const int chunks = 64;
        using (var bomb = new GZipStream(File.Create(_place.Combine("backups", backup.Id.Value, "databases", $"{database.Id}.db")), CompressionLevel.SmallestSize))
        {
            for (var i = 0; i < chunks; i++)
                bomb.Write(new byte[1024 * 1024]);
        }

        var error = await server.Backups.VerifyAsync(BackupFolder.Operator, backup.Id, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);

        Assert.Contains("is larger than the", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(server.Storage.BackupEngine.Spool.Root, "*.backup"));
    }
}
