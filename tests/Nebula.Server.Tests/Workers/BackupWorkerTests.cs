using Microsoft.Extensions.Logging;
using Nebula.Api.Health;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.Backups;
using Nebula.Server.Workers;
using Nebula.Storage;
using Nebula.Storage.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Workers;

public sealed class BackupWorkerTests : IAsyncLifetime, IBackupStores
{
    private readonly TemporaryDirectory _data = new();
    private readonly TemporaryDirectory _place = new();
    private readonly ManualClock _clock = new();
    private readonly RecordingLoggers _log = new();
    private PlacedStorage? _storage;
    private readonly ScheduledBackups _backups = new();
    private int _opened;
    private int _others;
    private bool _isAway;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BackupStore Store => _storage!.BackupsAt(new DirectoryBackupTarget(_place.Path, _clock), null, "1.2.3"); // made before each test

    public async ValueTask InitializeAsync() => _storage = await PlacedStorage.StartAsync(new StorageOptions { DataDirectory = _data.Path }, [], _clock, _log, Ct);

    public async ValueTask DisposeAsync()
    {
        await _storage!.DisposeAsync(); // made before each test
        _data.Dispose();
        _place.Dispose();
    }

    public Result<IBackupStore> Open(string? place)
    {
        Interlocked.Increment(ref _opened);
        return _isAway ? throw new InvalidOperationException("a fault of the program") : Result.Success<IBackupStore>(Store);
    }

    public Result<IHistories> OpenHistories(string? place) => throw new NotSupportedException();

    [Fact]
    public async Task Everything_is_backed_up_at_each_time_of_the_schedule_and_what_is_too_old_goes()
    {
        using var worker = await StartAsync("*/10 * * * *", new BackupRetention(2, null));
        await AdvanceUntil(() => Count("was made of") == 3, "three backups were made");
        await Eventually.IsTrue(() => _log.Lines.Any(l => l.Contains("kept for long enough", StringComparison.Ordinal)), "the oldest was removed");
        Assert.Equal(2, (await ListAsync()).Count);
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task Of_two_servers_one_makes_the_backup()
    {
        var others = _clock.Waiting;
        using var first = await StartAsync("*/10 * * * *", new BackupRetention(0, null));
        using var second = await StartAsync("*/10 * * * *", new BackupRetention(0, null));

        await Eventually.IsTrue(() => _clock.Waiting == others + 2, "both wait for the time");
        _clock.Advance(TimeSpan.FromMinutes(10));

        await Eventually.IsTrue(() => _opened == 4 && Count("was made of") > 0, "it was made");
        await first.StopAsync(Ct);
        await second.StopAsync(Ct);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_backup_that_is_due_while_somebody_is_at_another_one_is_made_afterwards()
    {
        var others = _clock.Waiting;
        using var worker = await StartAsync("*/10 * * * *", new BackupRetention(0, null));
        await Eventually.IsTrue(() => _clock.Waiting == others + 1, "it waits for the time");
        await using (await Store.TryLockAsync(Ct))
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            await Eventually.IsTrue(() => _opened == 2 && _clock.Waiting == others + 1, "it waits for the other one");
            Assert.Empty(await ListAsync());
        }

        await AdvanceUntil(() => Count("was made of") == 1, "it was made");
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task Whatever_fails_is_logged_and_the_next_time_comes_all_the_same()
    {
        using var worker = await StartAsync("*/10 * * * *", new BackupRetention(0, null));
        _isAway = true;
        await AdvanceUntil(() => Count("The backup failed") == 1, "it failed");
        Assert.Equal(new BackupStanding(AreMade: false, LastGood: null), _backups.Standing);

        _isAway = false;
        await AdvanceUntil(() => Count("was made of") == 1, "it was made");
        await worker.StopAsync(Ct);
        Assert.Equal(new BackupStanding(AreMade: true, Assert.Single(await ListAsync()).Id.Time), _backups.Standing);
    }

    [Fact]
    public async Task The_last_good_backup_is_known_from_the_start_and_stays_known_when_the_next_fails()
    {
        Assert.True((await Store.CreateAsync(BackupId.New(_clock), NoProgress.Instance, Ct)).TryGet(out var good, out _));
        using var worker = await StartAsync("*/10 * * * *", new BackupRetention(0, null));
        await Eventually.IsTrue(() => _backups.Standing == new BackupStanding(AreMade: true, good.Id.Time), "it was seen");

        _isAway = true;
        await AdvanceUntil(() => !_backups.Standing.AreMade, "the next failed");

        Assert.Equal(good.Id.Time, _backups.Standing.LastGood);
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task One_of_two_that_come_at_once_makes_it()
    {
        await using var alone = await Store.TryLockAsync(Ct);

        Assert.NotNull(alone);
        Assert.Null(await Store.TryLockAsync(Ct));
    }

    [Theory]
    [InlineData("0 3 * * *", null)]
    [InlineData("  */5 * * * 1-5 ", null)]
    [InlineData("", "is no cron expression of five fields")]
    [InlineData("tomorrow", "is no cron expression of five fields")]
    [InlineData("0 0 3 * * *", "is no cron expression of five fields")]
    [InlineData("61 * * * *", "is no cron expression of five fields")]
    [InlineData("0 0 31 2 *", "never comes")]
    public void A_schedule_is_a_cron_expression(string text, string? fault) => Assert.Equal(fault, BackupSchedule.Parse(text, out _));

    private async Task<BackupWorker> StartAsync(string schedule, BackupRetention retention)
    {
        Assert.Null(BackupSchedule.Parse(schedule, out var parsed));
        _others = _clock.Waiting;
        var worker = new BackupWorker(this, parsed!, retention, _backups, _clock, _log.CreateLogger<BackupWorker>()); // nothing was wrong with it
        await worker.StartAsync(Ct);
        return worker;
    }

    /// <summary>Minute by minute, whenever the worker waits: it looks at the clock before it sets its timer, and no other backup becomes due while one is made.</summary>
    private Task AdvanceUntil(Func<bool> condition, string what) => Eventually.IsTrue(
        () =>
        {
            if (condition())
                return true;
            if (_clock.Waiting > _others)
                _clock.Advance(TimeSpan.FromMinutes(1));
            return false;
        },
        what);

    private int Count(string text) => _log.Lines.Count(l => l.Contains(text, StringComparison.Ordinal));

    private async Task<List<BackupSummary>> ListAsync()
    {
        var backups = new List<BackupSummary>();
        await foreach (var backup in Store.ListAsync(BackupFolder.Operator, Ct))
            backups.Add(backup);
        return backups;
    }
}
