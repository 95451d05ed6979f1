using Nebula.Core.Accounts;
using Nebula.Core.Quotas;

namespace Nebula.Core.Tests.Fakes;

/// <summary>The quotas of accounts in a dictionary.</summary>
internal sealed class InMemoryQuotas : IQuotaStore
{
    private readonly Dictionary<(UserId, Quota), long> _bounds = [];

    public int Lookups { get; private set; }

    public ValueTask<IReadOnlyList<KeyValuePair<Quota, long>>> ListAsync(UserId owner, CancellationToken ct)
    {
        Lookups++;
        return new([.. _bounds.Where(b => b.Key.Item1 == owner).Select(b => new KeyValuePair<Quota, long>(b.Key.Item2, b.Value))]);
    }

    public ValueTask SetAsync(UserId owner, IReadOnlyList<KeyValuePair<Quota, long?>> bounds, CancellationToken ct)
    {
        foreach (var (quota, bound) in bounds)
        {
            if (bound is { } number)
                _bounds[(owner, quota)] = number;
            else
                _bounds.Remove((owner, quota));
        }

        return default;
    }
}
