namespace Nebula.Core.Quotas;

/// <summary>One quota of an account.</summary>
/// <param name="Bound">Null for none.</param>
/// <param name="IsOwn">Whether it was set for this account.</param>
public sealed record QuotaReport(Quota Quota, long? Bound, bool IsOwn);
