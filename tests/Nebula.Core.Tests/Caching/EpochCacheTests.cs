using System.Globalization;
using Nebula.Core.Caching;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Caching;

public sealed class EpochCacheTests
{
    private readonly EpochCache<string, string> _cache = new(capacity: 3);
    private readonly Gate _gate = new();
    private string? _stored = "old";
    private int _lookups;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_looked_up_is_kept()
    {
        Assert.Equal("old", await GetAsync());
        _stored = "new";

        Assert.Equal("old", await GetAsync());
        Assert.Equal(1, _lookups);
        Assert.Equal(["old"], _cache.Values);
    }

    [Fact]
    public async Task A_kept_value_is_there_without_waiting()
    {
        await GetAsync();
        Assert.True(_cache.GetAsync("a", FindAsync, Ct).IsAnsweredAtOnce());
    }

    [Fact]
    public async Task What_does_not_exist_is_not_kept()
    {
        _stored = null;
        Assert.Null(await GetAsync());
        _stored = "made";

        Assert.Equal("made", await GetAsync());
    }

    [Fact]
    public async Task An_invalidated_entry_is_looked_up_again()
    {
        await GetAsync();
        _stored = "new";
        _cache.Invalidate("a");

        Assert.Equal("new", await GetAsync());
    }

    [Fact]
    public async Task The_other_entries_stay_when_one_is_invalidated()
    {
        await GetAsync("a");
        await GetAsync("b");
        _cache.Invalidate("a");

        await GetAsync("b");
        Assert.Equal(2, _lookups);
    }

    // The reader was overtaken: what it read is no longer so.
    [Fact]
    public async Task What_was_read_before_an_invalidation_is_not_kept_after_it()
    {
        var reading = await BeginAsync();
        _stored = "new";
        _cache.Invalidate("a");
        _gate.Open();
        await reading;

        Assert.Equal("new", await GetAsync());
    }

    [Fact]
    public async Task Who_was_overtaken_by_an_invalidation_gets_what_is_so_now()
    {
        var reading = await BeginAsync();
        _stored = "new";
        _cache.Invalidate("a");
        _gate.Open();

        Assert.Equal("new", await reading);
        Assert.Equal(["new"], _cache.Values);
    }

    [Fact]
    public async Task Invalidations_that_never_stop_do_not_hold_a_reader_for_ever()
    {
        var value = await _cache.GetAsync(
            "a",
            (key, _) =>
            {
                _lookups++;
                _cache.Invalidate("another");
                return new ValueTask<string?>("value");
            },
            Ct);

        Assert.Equal("value", value);
        Assert.InRange(_lookups, 2, 10);
        Assert.Empty(_cache.Values);
    }

    [Fact]
    public async Task Two_readers_at_once_share_the_first_ones_instance()
    {
        var one = await BeginAsync(copy: true);
        var other = GetAsync(copy: true);
        _gate.Open();

        Assert.Same(await one, await other);
        Assert.Same(await one, await GetAsync());
    }

    [Fact]
    public async Task A_full_cache_starts_again_from_nothing()
    {
        foreach (var key in new[] { "a", "b", "c" })
            await GetAsync(key);
        Assert.Equal(3, _cache.Values.Count());

        await GetAsync("d");
        Assert.Single(_cache.Values);
        Assert.True(_cache.TryGet("d", out _));
        Assert.False(_cache.TryGet("a", out _));
    }

    [Fact]
    public async Task A_cache_never_holds_more_than_its_capacity()
    {
        for (var i = 0; i < 100; i++)
        {
            await GetAsync($"{i % 17}");
            if (i % 5 == 0)
                _cache.Invalidate($"{i % 3}");
            Assert.InRange(_cache.Values.Count(), 0, 3);
        }
    }

    [Fact]
    public async Task Invalidating_what_is_not_there_leaves_the_count_right()
    {
        await GetAsync("a");
        for (var i = 0; i < 10; i++)
            _cache.Invalidate("nothing");
        await GetAsync("b");
        await GetAsync("c");
        await GetAsync("d");

        Assert.Single(_cache.Values);
    }

    [Fact]
    public async Task Nobody_gets_what_was_invalidated_before_they_asked()
    {
        const int Last = 20_000;
        var stored = 0;
        var invalidated = 0; // every version below this one
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(ReadAsync, Ct)).ToList();
        for (var version = 1; version <= Last; version++)
        {
            Volatile.Write(ref stored, version);
            _cache.Invalidate("a");
            Volatile.Write(ref invalidated, version);
        }

        await Task.WhenAll(readers);

        async Task ReadAsync()
        {
            while (true)
            {
                var oldest = Volatile.Read(ref invalidated);
                var read = await _cache.GetAsync("a", (_, _) => new ValueTask<string?>($"{Volatile.Read(ref stored)}"), Ct);
                Assert.InRange(int.Parse(read ?? "", CultureInfo.InvariantCulture), oldest, Last);
                if (oldest == Last)
                    return;
            }
        }
    }

    [Fact]
    public async Task A_comparer_says_which_keys_are_the_same()
    {
        var cache = new EpochCache<string, string>(3, StringComparer.OrdinalIgnoreCase);
        await cache.GetAsync("a", FindAsync, Ct);
        await cache.GetAsync("A", FindAsync, Ct);
        Assert.Equal(1, _lookups);
    }

    [Fact]
    public async Task A_look_up_that_fails_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _cache.GetAsync("a", (_, _) => throw new InvalidDataException(), Ct));
        Assert.Equal("old", await GetAsync());
    }

    private async Task<string?> GetAsync(string key = "a", bool copy = false) =>
        await _cache.GetAsync(key, copy ? async (k, ct) => new string(await FindAsync(k, ct)) : FindAsync, Ct);

    /// <summary>A reader that has read, and has not answered.</summary>
    private async Task<Task<string?>> BeginAsync(bool copy = false)
    {
        _gate.Close();
        var reading = GetAsync(copy: copy);
        await _gate.ArrivedAsync(Ct);
        return reading;
    }

    private async ValueTask<string?> FindAsync(string key, CancellationToken ct)
    {
        _lookups++;
        var read = _stored;
        await _gate.PassAsync(ct);
        return read;
    }
}
