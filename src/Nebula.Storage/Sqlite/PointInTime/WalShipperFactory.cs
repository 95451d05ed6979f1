using Microsoft.Extensions.Logging;
using Nebula.Core.Accounts;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Puts together what ships histories.</summary>
internal static class WalShipperFactory
{
    private const string StagingName = "nebula.history"; // no account's folder has this name

    /// <summary>What ships them, or null where they are not kept.</summary>
    public static WalShipper? Make(PointInTimeOptions? options, long maxWalBytes, DataDirectory directory, DatabaseRegistry registry, IAccountStore accounts, TimeProvider clock, ILoggerFactory loggers)
    {
        var path = Path.Combine(directory.Root, StagingName);
        if (options is not null)
            return Make(options, maxWalBytes, path, registry, accounts, clock, loggers);
        new WalStaging(path).EndAll(clock.GetUtcNow());
        CommitTimesFile.Remove(path);
        return null;
    }

    private static WalShipper Make(PointInTimeOptions options, long maxWalBytes, string path, DatabaseRegistry registry, IAccountStore accounts, TimeProvider clock, ILoggerFactory loggers)
    {
        var (staging, times) = (new WalStaging(path), CommitTimesFile.TryOpen(path, loggers.CreateLogger<CommitTimesFile>()));
        var store = new HistoryStore(options.Target, new BackupCodec(options.Key));
        var segments = new WalUploader(store, staging, clock);
        var bases = new BaseUploader(store, segments, options, async (id, ct) => (await accounts.FindAsync(id, ct))?.Email, clock);
        var retention = new HistoryRetention(store, staging, options, registry.FindAsync, clock, loggers.CreateLogger<HistoryRetention>());
        return new WalShipper(segments, bases, retention, staging, times, store.Location, options, maxWalBytes, clock, loggers.CreateLogger<WalShipper>());
    }
}
