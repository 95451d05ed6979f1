using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;

namespace Nebula.Api.RateLimiting;

/// <summary>
/// The limits of requests: per caller, per account by its quota, per address of a login, per account that somebody logs in to, and per address for failed credentials. Each is a
/// bucket that fills evenly over a minute, shared by all replicas where there is something to share it by. Thread-safe.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    /// <summary>Wrong credentials that an address may send, in logins: far above what a client with an old token does before it stops.</summary>
    private const int FailuresPerLogin = 10;

    /// <summary>More than any machine answers.</summary>
    private const int MaxPerMinute = 10_000_000;

    /// <summary>No e-mail address is longer; a partition per megabyte of nonsense would fill the memory.</summary>
    private const int MaxAccount = 254;

    private readonly bool _isEnabled;
    private readonly int _perCaller;
    private readonly int _perLogin;
    private readonly DatabaseService _databases;
    private readonly QuotaService _quotas;
    private readonly ISharedBuckets? _shared;
    private readonly Buckets _callers;
    private readonly Buckets _accounts;
    private readonly Buckets _logins;
    private readonly Buckets _failures;

    /// <param name="shared">Where all replicas count together; without it each counts by itself.</param>
    public RateLimits(ApiOptions options, DatabaseService databases, QuotaService quotas, TimeProvider clock, ISharedBuckets? shared = null)
    {
        (_isEnabled, _perCaller, _perLogin, _databases, _quotas, _shared) = (options.RateLimitEnabled, options.RateLimitPerMinute, options.LoginRateLimitPerMinute, databases, quotas, shared);
        _callers = new Buckets("requests", shared, clock);
        _accounts = new Buckets("account requests", shared, clock);
        _logins = new Buckets("logins", shared, clock);
        _failures = new Buckets("failures", shared, clock);
    }

    /// <summary>Whether the limits are counted for all replicas together now; null where they never are.</summary>
    public bool? AreShared => _shared?.IsAvailable;

    /// <summary>Counts a request; null when it may go on. Sets the <c>RateLimit-*</c> headers.</summary>
    public ValueTask<Error?> CountAsync(HttpContext http, Caller? caller)
    {
        if (!_isEnabled)
            return default;
        var taking = _callers.TakeAsync(caller?.RateLimitPartition ?? AddressOf(http), _perCaller, http.RequestAborted);
        return taking.IsCompletedSuccessfully ? new(Report(http, taking.Result)) : ReportAsync(http, taking);
    }

    /// <summary>
    /// Counts a request for the account that it is made for, by that one's quota, which holds whether or not callers are limited; null when it may go on. Not for what only the account itself may do: it has
    /// to be able to take a key away that uses the quota up.
    /// </summary>
    public ValueTask<Error?> CountForAccountAsync(Caller caller, CancellationToken ct)
    {
        // Answered from memory but for the first time, and most accounts have no such quota.
        var owner = _databases.OwnerOfAsync(caller, ct);
        if (!owner.IsCompletedSuccessfully)
            return AwaitAsync(owner, ct);
        if (owner.Result is not { } id)
            return default; // the database of the key is gone, as whoever looks for it says
        var quotas = _quotas.OfAsync(id, ct);
        if (!quotas.IsCompletedSuccessfully)
            return AwaitQuotasAsync(id, quotas, ct);
        return quotas.Result[Quota.RequestsPerMinute] is { } bound ? CountForAccountAsync(id, bound, ct) : default;

        async ValueTask<Error?> AwaitAsync(ValueTask<UserId?> owner, CancellationToken ct) => await owner is { } id ? await AwaitQuotasAsync(id, _quotas.OfAsync(id, ct), ct) : null;

        async ValueTask<Error?> AwaitQuotasAsync(UserId id, ValueTask<QuotaSet> quotas, CancellationToken ct) =>
            (await quotas)[Quota.RequestsPerMinute] is { } bound ? await CountForAccountAsync(id, bound, ct) : null;
    }

    /// <summary>Counts a login, a sign-up or a check of a password for the address that it comes from.</summary>
    public ValueTask<Error?> CountLoginAsync(HttpContext http) => CountInAsync(_logins, AddressOf(http), _perLogin, http);

    /// <summary>Counts a login, a sign-up or a check of a password for the account that it aims at. What is too long to be an address aims at none.</summary>
    public ValueTask<Error?> CountLoginToAsync(HttpContext http, string? account) =>
        string.IsNullOrWhiteSpace(account) || account.Length > MaxAccount ? default : CountInAsync(_logins, $"account:{account.Trim().ToLowerInvariant()}", _perLogin, http);

    /// <summary>Counts a credential that was refused, whatever it was.</summary>
    public ValueTask<Error?> CountFailureAsync(HttpContext http) => CountInAsync(_failures, AddressOf(http), _perLogin * FailuresPerLogin, http);

    /// <summary>Whether so many credentials of this address were refused that no more are to be looked up for it.</summary>
    public bool HasFailedTooOften(HttpContext http) => _isEnabled && _failures.IsEmpty(AddressOf(http), _perLogin * FailuresPerLogin);

    public void Dispose()
    {
        _callers.Dispose();
        _accounts.Dispose();
        _logins.Dispose();
        _failures.Dispose();
    }

    private async ValueTask<Error?> CountForAccountAsync(UserId owner, long bound, CancellationToken ct)
    {
        var state = await _accounts.TakeAsync(owner.ToString(), (int)Math.Min(bound, MaxPerMinute), ct);
        return state.IsTaken ? null : Exceeded(state) with { Message = $"The quota '{QuotaNames.Of(Quota.RequestsPerMinute)}' of the account is {bound}." };
    }

    private async ValueTask<Error?> ReportAsync(HttpContext http, ValueTask<BucketState> taking) => Report(http, await taking);

    private Error? Report(HttpContext http, BucketState state)
    {
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = _perCaller.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = state.Left.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = ((long)(_perCaller - state.Left) * 60 / _perCaller).ToString(CultureInfo.InvariantCulture);
        return state.IsTaken ? null : Exceeded(state);
    }

    private async ValueTask<Error?> CountInAsync(Buckets buckets, string partition, int perMinute, HttpContext http)
    {
        if (!_isEnabled)
            return null;
        var state = await buckets.TakeAsync(partition, perMinute, http.RequestAborted);
        return state.IsTaken ? null : Exceeded(state);
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

    private static Error Exceeded(BucketState state) => new(ErrorCodes.RateLimited, "Too many requests.") { RetryAfter = state.RetryAfter };
}
