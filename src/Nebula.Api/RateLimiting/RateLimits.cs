using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Nebula.Core;

namespace Nebula.Api.RateLimiting;

/// <summary>
/// The limits of requests: per caller, per address of a login, per account that somebody logs in to, and per address for failed credentials. Each is a
/// bucket that fills evenly over a minute. Thread-safe.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    /// <summary>Wrong credentials that an address may send, in logins: far above what a client with an old token does before it stops.</summary>
    private const int FailuresPerLogin = 10;

    /// <summary>No e-mail address is longer; a partition per megabyte of nonsense would fill the memory.</summary>
    private const int MaxAccount = 254;

    private readonly bool _isEnabled;
    private readonly int _perCaller;
    private readonly PartitionedRateLimiter<string> _callers;
    private readonly PartitionedRateLimiter<string> _logins;
    private readonly PartitionedRateLimiter<string> _failures;

    public RateLimits(ApiOptions options)
    {
        (_isEnabled, _perCaller) = (options.RateLimitEnabled, options.RateLimitPerMinute);
        _callers = Buckets(options.RateLimitPerMinute);
        _logins = Buckets(options.LoginRateLimitPerMinute);
        _failures = Buckets(options.LoginRateLimitPerMinute * FailuresPerLogin);
    }

    /// <summary>Counts a request; null when it may go on. Sets the <c>RateLimit-*</c> headers.</summary>
    public Error? Count(HttpContext http, Caller? caller)
    {
        if (!_isEnabled)
            return null;
        var partition = caller?.RateLimitPartition ?? AddressOf(http);
        using var lease = _callers.AttemptAcquire(partition);
        var left = Math.Max(0, _callers.GetStatistics(partition)?.CurrentAvailablePermits ?? 0);
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = _perCaller.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = left.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = ((_perCaller - left) * 60 / _perCaller).ToString(CultureInfo.InvariantCulture);
        return lease.IsAcquired ? null : Exceeded(lease);
    }

    /// <summary>Counts a login, a sign-up or a check of a password for the address that it comes from.</summary>
    public Error? CountLogin(HttpContext http) => CountIn(_logins, AddressOf(http));

    /// <summary>Counts a login, a sign-up or a check of a password for the account that it aims at. What is too long to be an address aims at none.</summary>
    public Error? CountLoginTo(string? account) =>
        string.IsNullOrWhiteSpace(account) || account.Length > MaxAccount ? null : CountIn(_logins, $"account:{account.Trim().ToLowerInvariant()}");

    /// <summary>Counts a credential that was refused, whatever it was.</summary>
    public Error? CountFailure(HttpContext http) => CountIn(_failures, AddressOf(http));

    /// <summary>Whether so many credentials of this address were refused that no more are to be looked up for it.</summary>
    public bool HasFailedTooOften(HttpContext http) => _isEnabled && _failures.GetStatistics(AddressOf(http)) is { CurrentAvailablePermits: <= 0 };

    public void Dispose()
    {
        _callers.Dispose();
        _logins.Dispose();
        _failures.Dispose();
    }

    private Error? CountIn(PartitionedRateLimiter<string> limiter, string partition)
    {
        if (!_isEnabled)
            return null;
        using var lease = limiter.AttemptAcquire(partition);
        return lease.IsAcquired ? null : Exceeded(lease);
    }

    /// <summary>IPv6 hosts get a /64 each, so that is what counts as one address.</summary>
    private static string AddressOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"address:{new IPNetwork(Network64(address), 64)}"
            : $"address:{address}";
    }

    private static IPAddress Network64(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static PartitionedRateLimiter<string> Buckets(int perMinute) => PartitionedRateLimiter.Create<string, string>(
        partition => RateLimitPartition.GetTokenBucketLimiter(partition, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            // One by one where that is no finer than the limiter's clock of 100 ms; beyond it a second's worth at once.
            TokensPerPeriod = perMinute <= 600 ? 1 : (perMinute + 59) / 60,
            ReplenishmentPeriod = TimeSpan.FromSeconds(perMinute <= 600 ? 60.0 / perMinute : 1),
            QueueLimit = 0,
        }),
        StringComparer.Ordinal);

    private static Error Exceeded(RateLimitLease lease) => new(ErrorCodes.RateLimited, "Too many requests.")
    {
        RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
    };
}
