using Nebula.Core.Accounts;

namespace Nebula.Core;

/// <summary>An account: reaches all its databases.</summary>
public sealed class AccountCaller(UserId id, Revocation revocation) : Caller(revocation)
{
    public UserId Id { get; } = id;

    public override string RateLimitPartition { get; } = $"account:{id}";

    public override string Kind => "account";
}
