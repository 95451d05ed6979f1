using System.IO.Compression;
using System.Security.Cryptography;
using Nebula.Core;
using Nebula.Core.Backups;
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
        var backup = Rewritten(await source.BackUpAsync(), file =>
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
        var backup = Rewritten(await source.BackUpAsync(), file => file.Run("INSERT INTO nebula_migrations VALUES (9999, 'later', 'x', 'then')"));

        await using var target = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var error = await target.Backups.RestoreAllAsync(backup, skipsDamaged: false, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.BackupUnreadable);

        Assert.Contains("newer Nebula", error.Message, StringComparison.Ordinal);
        Assert.Null(await target.Services.Accounts.FindAsync(tenant.Id, Ct));
    }

    /// <summary>Changes the metadata of a backup, and its manifest accordingly.</summary>
    private BackupManifest Rewritten(BackupManifest backup, Action<OtherProgram> change)
    {
        var (stored, plain) = (_place.Combine("backups", backup.Id.Value, "metadata.db"), _place.Combine("plain.db"));
        using (var from = new GZipStream(File.OpenRead(stored), CompressionMode.Decompress))
        using (var to = File.Create(plain))
            from.CopyTo(to);
        IReadOnlyList<BackedUpTable> tables;
        using (var file = new OtherProgram(plain))
        {
            change(file);
            tables = [.. file.Column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").Select(t => new BackedUpTable(t, file.Integer($"SELECT count(*) FROM {t}")))];
        }

        var bytes = File.ReadAllBytes(plain);
        using (var to = new GZipStream(File.Create(stored), CompressionLevel.Fastest))
            to.Write(bytes);
        var metadata = new BackedUpFile(bytes.Length, new FileInfo(stored).Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), tables);
        return backup with { Metadata = metadata };
    }
}
