using Nebula.Core.Accounts;
using Nebula.Core.Quotas;

namespace Nebula.Storage.Metadata;

/// <summary>The quotas of single accounts in the metadata.</summary>
internal sealed class QuotaStore(IMetadata metadata) : IQuotaStore
{
    private readonly string _quotas = metadata.Table("quotas");

    public async ValueTask<IReadOnlyList<KeyValuePair<Quota, long>>> ListAsync(UserId owner, CancellationToken ct)
    {
        var rows = await metadata.ReadAsync(
            s => s.QueryAsync($"SELECT quota, bound FROM {_quotas} WHERE user_id = @owner", r => (Name: r.GetString(0), Bound: r.GetInt64(1)), ("@owner", owner.ToString())), ct);
        var bounds = new List<KeyValuePair<Quota, long>>();
        foreach (var (name, bound) in rows)
        {
            if (QuotaNames.TryParse(name, out var quota)) // a newer Nebula may know more
                bounds.Add(new(quota, bound));
        }

        return bounds;
    }

    public async ValueTask SetAsync(UserId owner, IReadOnlyList<KeyValuePair<Quota, long?>> bounds, CancellationToken ct) => await metadata.WriteAsync(
        async s =>
        {
            foreach (var (quota, bound) in bounds)
            {
                var (user, name) = (("@owner", (object?)owner.ToString()), ("@quota", (object?)QuotaNames.Of(quota)));
                if (bound is null)
                    await s.ExecuteAsync($"DELETE FROM {_quotas} WHERE user_id = @owner AND quota = @quota", user, name);
                else
                    await s.ExecuteAsync(
                        $"INSERT INTO {_quotas} (user_id, quota, bound) VALUES (@owner, @quota, @bound) ON CONFLICT (user_id, quota) DO UPDATE SET bound = excluded.bound", user, name, ("@bound", bound));
            }

            return true;
        },
        ct);
}
