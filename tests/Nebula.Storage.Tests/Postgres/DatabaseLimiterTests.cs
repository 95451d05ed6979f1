using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

public sealed class DatabaseLimiterTests
{
    private static readonly DatabaseId _one = new(1);
    private static readonly DatabaseId _other = new(2);
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(14, 7)]
    public async Task One_database_has_half_of_what_there_is_and_another_as_much(int size, int half)
    {
        var limiter = DatabaseLimiter.HalfOf(size);

        for (var i = 0; i < half; i++)
            await limiter.TakeAsync(_one, TimeSpan.Zero, Ct);
        var refused = await Assert.ThrowsAsync<UnavailableException>(() => limiter.TakeAsync(_one, TimeSpan.Zero, Ct).AsTask());

        Assert.Equal(ErrorCodes.Busy, refused.Error.Code);
        Assert.NotNull(refused.Error.RetryAfter);
        await limiter.TakeAsync(_other, TimeSpan.Zero, Ct);
    }

    [Fact]
    public async Task Who_waits_gets_what_is_given_back()
    {
        var limiter = new DatabaseLimiter(1);
        var first = await limiter.TakeAsync(_one, _long, Ct);
        var second = limiter.TakeAsync(_one, _long, Ct).AsTask();
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await Eventually.Ends(second)).Dispose();
        Assert.Equal(0, limiter.Count);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing_with_him()
    {
        var limiter = new DatabaseLimiter(1);
        var first = await limiter.TakeAsync(_one, _long, Ct);
        using var left = new CancellationTokenSource();
        var second = limiter.TakeAsync(_one, _long, left.Token).AsTask();

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        Assert.Equal(0, limiter.Count);
        (await limiter.TakeAsync(_one, TimeSpan.Zero, Ct)).Dispose();
    }

    [Fact]
    public void Where_nobody_waits_nothing_is_allocated()
    {
        var limiter = new DatabaseLimiter(2);
        TakeAll(1000); // what it needs once
        var before = GC.GetAllocatedBytesForCurrentThread();

        TakeAll(1000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000); // not one byte for each

        void TakeAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var taken = limiter.TakeAsync(new DatabaseId(i % 100), _long, CancellationToken.None);
                Assert.True(taken.IsCompletedSuccessfully);
                taken.GetAwaiter().GetResult().Dispose();
            }
        }
    }

    [Fact]
    public async Task Never_more_than_allowed_have_one_at_once()
    {
        var limiter = new DatabaseLimiter(3);
        var (has, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            using var taken = await limiter.TakeAsync(_one, _long, Ct);
            var now = Interlocked.Increment(ref has);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref has);
        }, Ct)));

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, limiter.Count);

        static void InterlockedMax(ref int largest, int value)
        {
            for (var seen = Volatile.Read(ref largest); value > seen; seen = Volatile.Read(ref largest))
                Interlocked.CompareExchange(ref largest, value, seen);
        }
    }
}
