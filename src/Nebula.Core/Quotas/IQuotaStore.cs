using Nebula.Core.Accounts;

namespace Nebula.Core.Quotas;

/// <summary>Keeps what the operator allows single accounts. Every write is durable when its task completes. Thread-safe.</summary>
public interface IQuotaStore
{
    /// <summary>The bounds that are set for an account; 0 is without bound.</summary>
    ValueTask<IReadOnlyList<KeyValuePair<Quota, long>>> ListAsync(UserId owner, CancellationToken ct);

    /// <summary>Sets bounds of an account, all or none; null is the one that is configured again. Others stay as they are.</summary>
    ValueTask SetAsync(UserId owner, IReadOnlyList<KeyValuePair<Quota, long?>> bounds, CancellationToken ct);
}
