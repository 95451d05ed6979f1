using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;

namespace Nebula.Core.Caching;

/// <summary>Brings what this server keeps in memory up to what other servers changed. Thread-safe.</summary>
public sealed class RemoteChanges(AccountService accounts, ApiKeyService keys, DatabaseService databases, QuotaService quotas)
{
    /// <summary>
    /// After this no request is let in by what the change ended, and requests on their way by such a credential are refused. Where the store can't tell what is true now, the credential is taken for
    /// ended: it will be looked up again.
    /// </summary>
    public ValueTask ApplyAsync(RemoteChange change, CancellationToken ct)
    {
        switch (change.Kind)
        {
            case RemoteChangeKind.Account when Guid.TryParse(change.Target, out var id):
                return accounts.RefreshAsync(new UserId(id), ct);
            case RemoteChangeKind.ApiKey:
                return keys.RefreshAsync(change.Target, ct);
            case RemoteChangeKind.Database when long.TryParse(change.Target, System.Globalization.CultureInfo.InvariantCulture, out var id):
                databases.Refresh(new DatabaseId(id));
                return default;
            case RemoteChangeKind.Quota when Guid.TryParse(change.Target, out var id):
                quotas.Refresh(new UserId(id));
                return default;
            default:
                accounts.ForgetAll();
                keys.ForgetAll();
                databases.ForgetAll();
                quotas.ForgetAll();
                return default;
        }
    }
}
