using System.Collections.Concurrent;
using System.Diagnostics;
using Nebula.Api.Authentication;
using Nebula.Core;

namespace Nebula.Server.Tests.Security;

/// <summary>"Argon2id, parameters stored with the hash, hashing bounded to cores − 1 at once."</summary>
public sealed class HashingTests
{
    private const string Password = "correct horse battery";

    private static readonly int _slots = Math.Max(1, Environment.ProcessorCount - 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hash_says_how_it_was_made_and_is_another_each_time()
    {
        using var hasher = new Argon2PasswordHasher(new PasswordCost(64, 3));

        var (one, other) = (await hasher.HashAsync(Password, Ct), await hasher.HashAsync(Password, Ct));

        Assert.Matches(@"^\$argon2id\$v=19\$m=64,t=3,p=1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$", one);
        Assert.NotEqual(one, other);
        Assert.True(await hasher.VerifyAsync(Password, one, Ct));
        Assert.False(await hasher.VerifyAsync($"{Password} ", one, Ct));
    }

    [Fact]
    public async Task No_more_passwords_are_hashed_at_once_than_leave_a_core_to_others()
    {
        Assert.SkipWhen(_slots > 8, "With so many at once, those that may wait do not come to several rounds.");
        using var hasher = new Argon2PasswordHasher(new PasswordCost(8 * 1024, 2));
        await hasher.HashAsync(Password, Ct);

        // One round after the other, half of them are done long after the first. All at once, they would end nearly together. Whatever else the machine does can only bring the two nearer.
        var ratio = 0.0;
        for (var round = 0; round < 10 && ratio < 4; round++)
            ratio = Math.Max(ratio, await SpreadAsync(hasher, 16 * _slots));

        Assert.True(ratio >= 4, $"Half were done after {ratio:F1} times as long as the first.");
    }

    [Fact]
    public async Task Whoever_comes_when_too_many_wait_is_told_to_come_again()
    {
        using var hasher = new Argon2PasswordHasher(new PasswordCost(1024, 1));
        var results = new ConcurrentBag<Error?>();

        await Task.WhenAll(Enumerable.Range(0, _slots + 200).Select(async _ =>
        {
            try
            {
                await hasher.VerifyNothingAsync(Password, Ct);
                results.Add(null);
            }
            catch (UnavailableException e)
            {
                results.Add(e.Error);
            }
        }));

        var refused = results.Where(e => e is not null).ToList();
        Assert.InRange(refused.Count, 1, 200);
        Assert.All(refused, e => Assert.Equal((ErrorCodes.Busy, TimeSpan.FromSeconds(5)), (e?.Code, e?.RetryAfter)));
        Assert.True(await hasher.VerifyAsync(Password, await hasher.HashAsync(Password, Ct), Ct));
    }

    /// <summary>How much later half of so many hashes are done than the first of them.</summary>
    private static async Task<double> SpreadAsync(Argon2PasswordHasher hasher, int count)
    {
        var started = Stopwatch.GetTimestamp();
        var ends = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await hasher.VerifyNothingAsync(Password, Ct);
            return Stopwatch.GetElapsedTime(started);
        }));
        Array.Sort(ends);
        return ends[count / 2] / ends[0];
    }
}
