using System.Collections.Concurrent;
using Nebula.Core.Accounts;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Records;

namespace Nebula.Core.Quotas;

/// <summary>How much an account may have and do: what is configured for all, and what the operator set for it alone. Thread-safe.</summary>
/// <param name="configured">For accounts that nothing else was set for.</param>
public sealed class QuotaService(IQuotaStore store, QuotaSet configured, IDatabaseStore databases, TimeProvider clock)
{
    /// <summary>How long the size of a database is believed: what is written meanwhile can go beyond its quota.</summary>
    private static readonly TimeSpan _believed = TimeSpan.FromSeconds(1);

    /// <summary>Sizes that are remembered; past it all are forgotten, which costs each one look.</summary>
    private const int MaxSizes = 10_000;

    private readonly EpochCache<UserId, QuotaSet> _quotas = new(capacity: 100_000);
    private readonly FindQuotas _find = new(store, configured);
    private readonly ConcurrentDictionary<DatabaseId, Size> _sizes = new();

    /// <summary>The quotas of an account. Answered from memory but for the first time.</summary>
    public ValueTask<QuotaSet> OfAsync(UserId owner, CancellationToken ct)
    {
        var found = _quotas.GetAsync(owner, _find.Delegate, ct);
        return found.IsCompletedSuccessfully ? new(found.Result!) : AwaitAsync(found); // there is always one

        static async ValueTask<QuotaSet> AwaitAsync(ValueTask<QuotaSet?> found) => (await found)!;
    }

    /// <summary>Whether a request may read or write so many records at once; the error if not.</summary>
    public ValueTask<Error?> CheckRowsAsync(Database database, long rows, CancellationToken ct)
    {
        var found = OfAsync(database.OwnerId, ct);
        return found.IsCompletedSuccessfully ? new(found.Result.Check(Quota.RowsPerRequest, rows)) : AwaitAsync(found, rows);

        static async ValueTask<Error?> AwaitAsync(ValueTask<QuotaSet> found, long rows) => (await found).Check(Quota.RowsPerRequest, rows);
    }

    /// <summary>How many records a page may have: those asked for, or as many as are allowed where nothing was asked for. Fails with quota_exceeded.</summary>
    public async ValueTask<Result<int>> FitPageAsync(Database database, int limit, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken ct)
    {
        if ((await OfAsync(database.OwnerId, ct))[Quota.RowsPerRequest] is not { } bound || limit <= bound)
            return limit;
        return parameters.Any(p => p.Key == "limit") ? QuotaErrors.Exceeded(Quota.RowsPerRequest, bound, limit) : (int)bound;
    }

    /// <summary>Whether records may be added to a database or become larger; the error if it takes its quota already. Costs nothing where there is no quota.</summary>
    public ValueTask<Error?> CheckBytesAsync(Database database, CancellationToken ct)
    {
        var found = OfAsync(database.OwnerId, ct);
        if (!found.IsCompletedSuccessfully)
            return AwaitAsync(database, found, ct);
        return found.Result[Quota.BytesPerDatabase] is { } bound ? CheckBytesAsync(database, bound, ct) : default;

        async ValueTask<Error?> AwaitAsync(Database database, ValueTask<QuotaSet> found, CancellationToken ct) =>
            (await found)[Quota.BytesPerDatabase] is { } bound ? await CheckBytesAsync(database, bound, ct) : null;
    }

    /// <summary>The same for a request that may be sent again: it is let through to where its kept answer is looked up, and refused there if there is none.</summary>
    public async ValueTask<Error?> CheckBytesAsync(Database database, IdempotentRequest? once, CancellationToken ct)
    {
        var full = await CheckBytesAsync(database, ct);
        if (once is null)
            return full;
        once.Refusal = full;
        return null;
    }

    /// <summary>The bounds of an account and where they come from. For the operator.</summary>
    public async ValueTask<(QuotaSet Quotas, IReadOnlyList<KeyValuePair<Quota, long>> Own)> GetAsync(UserId owner, CancellationToken ct)
    {
        var own = await store.ListAsync(owner, ct);
        return (configured.With(own), own);
    }

    /// <summary>Sets bounds of an account; null is the one that is configured again, 0 is without bound.</summary>
    public async ValueTask SetAsync(UserId owner, IReadOnlyList<KeyValuePair<Quota, long?>> bounds, CancellationToken ct)
    {
        try
        {
            await store.SetAsync(owner, bounds, ct);
        }
        finally
        {
            _quotas.Invalidate(owner); // also when the answer got lost
        }
    }

    /// <summary>Looks the quotas of an account up anew that another server changed.</summary>
    internal void Refresh(UserId owner) => _quotas.Invalidate(owner);

    /// <summary>Looks all quotas up anew from now on.</summary>
    internal void ForgetAll() => _quotas.Clear();

    private async ValueTask<Error?> CheckBytesAsync(Database database, long bound, CancellationToken ct)
    {
        var isKnown = _sizes.TryGetValue(database.Id, out var size);
        if (!isKnown || clock.GetElapsedTime(size.At) >= _believed)
        {
            if (_sizes.Count >= MaxSizes)
                _sizes.Clear();

            // One looks; the others go by what was found before.
            if (!isKnown || _sizes.TryUpdate(database.Id, size with { At = clock.GetTimestamp() }, size))
            {
                if (await databases.GetUsedAsync(database, ct) is not { } used)
                    return null; // whoever writes meets the reason right after
                _sizes[database.Id] = size = new Size(used, clock.GetTimestamp());
            }
        }

        return size.Used >= bound ? QuotaErrors.Full(bound, size.Used) : null;
    }

    /// <summary>Looks quotas up; the delegate is made once, not for each request.</summary>
    private sealed class FindQuotas
    {
        public FindQuotas(IQuotaStore store, QuotaSet configured) => Delegate = async (owner, ct) => configured.With(await store.ListAsync(owner, ct));

        public Func<UserId, CancellationToken, ValueTask<QuotaSet?>> Delegate { get; }
    }

    /// <summary>The bytes that a database took, and when.</summary>
    private readonly record struct Size(long Used, long At);
}
