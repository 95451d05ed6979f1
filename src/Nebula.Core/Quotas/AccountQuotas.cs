using Nebula.Core.Accounts;
using Nebula.Core.Auditing;

namespace Nebula.Core.Quotas;

/// <summary>The quotas of single accounts, as the operator sees and sets them.</summary>
public sealed class AccountQuotas(IAccountStore accounts, QuotaService quotas, AuditLog audit)
{
    /// <summary>Sets bounds, if any are given, and tells what holds then. Fails with user_not_found or invalid_parameter, and changes nothing then.</summary>
    /// <param name="email">The address of the account.</param>
    /// <param name="changes">Null is the bound that is configured again, 0 is without bound. Others stay as they are.</param>
    public async ValueTask<Result<IReadOnlyList<QuotaReport>>> ChangeAsync(string email, IReadOnlyList<KeyValuePair<Quota, long?>> changes, CancellationToken ct)
    {
        if (changes.FirstOrDefault(change => change.Value < 0) is { Value: not null } wrong)
            return Error.Of(ErrorCodes.InvalidParameter, QuotaNames.Of(wrong.Key), FieldCodes.OutOfRange, "must not be negative");
        if (await accounts.FindByEmailAsync(email, ct) is not { } account)
            return new Error(ErrorCodes.UserNotFound, $"There is no account '{Excerpt.Of(email)}'.");
        if (changes.Count > 0)
        {
            var what = new AuditEvent(account.Id, AuditActor.Operator, AuditActions.AccountQuota) { Changes = [.. changes.Select(change => QuotaNames.Of(change.Key))] };
            var changed = await audit.RunAsync<Done>(what, async () =>
            {
                await quotas.SetAsync(account.Id, changes, ct);
                return new Done();
            }, ct);
            if (!changed.TryGet(out _, out var error))
                return error;
        }

        var (all, own) = await quotas.GetAsync(account.Id, ct);
        return Result.Success<IReadOnlyList<QuotaReport>>([.. Enum.GetValues<Quota>().Select(quota => new QuotaReport(quota, all[quota], own.Any(bound => bound.Key == quota)))]);
    }
}
