using Nebula.Core.Accounts;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests;

public sealed class CallerTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void An_account_is_current_until_it_is_revoked()
    {
        var caller = new AccountCaller(UserId.New(_clock), new Revocation());
        Assert.True(caller.IsCurrent(_clock));

        caller.Revocation.Revoke();
        Assert.False(caller.IsCurrent(_clock));
    }

    [Fact]
    public void A_key_is_current_until_it_is_revoked()
    {
        var key = Some.Key();
        var caller = new KeyCaller(key);
        Assert.True(caller.IsCurrent(_clock));

        key.Revocation.Revoke();
        Assert.False(caller.IsCurrent(_clock));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_key_is_current_until_the_moment_that_it_expires(int seconds, bool isCurrent)
    {
        var caller = new KeyCaller(Some.Key(expiresAt: Some.Time.AddHours(1)));
        _clock.Now = Some.Time.AddHours(1).AddSeconds(seconds);
        Assert.Equal(isCurrent, caller.IsCurrent(_clock));
    }

    [Fact]
    public void Callers_have_rate_limits_of_their_own_that_hold_no_secret()
    {
        var id = UserId.New(_clock);
        Assert.Equal($"account:{id}", new AccountCaller(id, new Revocation()).RateLimitPartition);
        Assert.Equal("key:k1", new KeyCaller(Some.Key()).RateLimitPartition);
    }

    [Fact]
    public void Logs_call_callers_by_their_kind()
    {
        Assert.Equal("account", new AccountCaller(UserId.New(_clock), new Revocation()).Kind);
        Assert.Equal("api_key", new KeyCaller(Some.Key()).Kind);
    }
}
