using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A storage whose histories are shipped when a test says so.</summary>
public sealed class ShippedStorage : IAsyncDisposable
{
    private readonly TemporaryDirectory _restored = new();
    private int _files;

    private ShippedStorage(RunningStorage running, MemoryTarget target) => (Running, Target) = (running, target);

    public RunningStorage Running { get; }

    public MemoryTarget Target { get; }

    internal WalShipper Shipper => Running.Storage.Shipper!; // every one of these has it

    internal BackupKey? Key { get; private init; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static async Task<ShippedStorage> StartAsync(
        TimeProvider? clock = null, Func<PointInTimeOptions, PointInTimeOptions>? change = null, Func<StorageOptions, StorageOptions>? storage = null, MemoryTarget? target = null,
        TemporaryDirectory? directory = null)
    {
        var place = target ?? new MemoryTarget();
        var options = new PointInTimeOptions { Target = place, Interval = TimeSpan.FromHours(1) };
        options = change?.Invoke(options) ?? options;
        var running = await RunningStorage.StartInAsync(directory ?? new TemporaryDirectory(), o => (storage?.Invoke(o) ?? o) with { PointInTime = options }, clock);
        return new ShippedStorage(running, place) { Key = options.Key };
    }

    /// <summary>What restores into this storage from a place.</summary>
    internal IHistories HistoriesAt(IBackupTarget target, BackupKey? key)
    {
        var codec = new BackupCodec(key);
        return new Histories(new HistoryStore(target, codec), new BackupFiles(target, codec, Running.Storage.Backups), Running.Storage.Backups, TimeProvider.System, NullLogger<Histories>.Instance);
    }

    /// <summary>Makes it look as if its owner had a backup of a database.</summary>
    internal async Task AddOwnersBackupAsync(TestDatabase of)
    {
        var backup = new BackupManifest(
            BackupId.New(TimeProvider.System), "1.2.3", "sqlite", Metadata: null,
            [new BackedUpDatabase(of.Id, of.Database.OwnerId, "ada@example.org", of.Database.Name, new BackedUpFile(0, 0, new string('0', 64), []))], []);
        await new BackupFiles(Target, new BackupCodec(Key), Running.Storage.Backups).WriteManifestAsync(BackupFolder.Of(of.Database), backup, Ct);
    }

    /// <summary>Adds records with the numbers from one to another, each by a commit of its own.</summary>
    public static async Task AddAsync(TestTable table, int first, int last)
    {
        for (var n = first; n <= last; n++)
            await table.AddAsync($$"""{"n": {{n}}}""");
    }

    /// <summary>What <see cref="NumbersAsync"/> gives when all are there.</summary>
    public static IEnumerable<string> Numbers(int last) => Enumerable.Range(1, last).Select(n => $"{n}");

    public Task ShipAsync() => Shipper.ShipAsync(Ct);

    /// <summary>Ships, and takes the copies that are due: from then on each moment can be restored.</summary>
    public async Task CoverAsync()
    {
        await ShipAsync();
        await Shipper.CopyAsync(Ct);
    }

    public Task<T> RestoreAsync<T>(Database database, DateTimeOffset at, Func<OtherProgram, T> look) => RestoreAsync(database, at, (file, _) => look(file));

    /// <summary>Restores a database into a file of its own, which is looked into.</summary>
    internal Task<T> RestoreAsync<T>(Database database, DateTimeOffset at, Func<OtherProgram, RestoredMoment, T> look) => RestoreAsync(database.Id.ToString(), at, look);

    /// <summary>The same by the name that a history has.</summary>
    internal async Task<T> RestoreAsync<T>(string database, DateTimeOffset at, Func<OtherProgram, RestoredMoment, T> look)
    {
        var store = new HistoryStore(Target, new BackupCodec(Key));
        var copies = (await new HistoryCatalog(store).ListAsync(Ct)).Where(b => b.Database == database).ToList();
        var copy = copies.LastOrDefault(b => b.From <= at) ?? throw new InvalidOperationException("No copy can be brought to that moment.");
        var path = _restored.Combine($"{_files++}.db");
        var restored = await new HistoryRestorer(store, new SpoolDirectory(_restored.Path)).RestoreAsync(copy, at, path, Ct);
        using var file = new OtherProgram(path);
        Assert.Equal("ok", file.Text("PRAGMA integrity_check"));
        return look(file, restored);
    }

    /// <summary>The numbers in the table "items" as of a moment.</summary>
    public Task<IReadOnlyList<string>> NumbersAsync(Database database, DateTimeOffset at) => RestoreAsync(database, at, file => file.Column("SELECT n FROM items ORDER BY n"));

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        _restored.Dispose();
    }
}
