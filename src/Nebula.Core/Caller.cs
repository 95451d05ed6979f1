namespace Nebula.Core;

/// <summary>Who makes a request. Closed: an account, or a key of one database.</summary>
public abstract class Caller
{
    private protected Caller(Revocation revocation) => Revocation = revocation;

    /// <summary>Goes up when the credential that this caller came with is no longer good.</summary>
    public Revocation Revocation { get; }

    /// <summary>Whether this caller may still act: looked at again inside each write, right before its effect.</summary>
    public virtual bool IsCurrent(TimeProvider clock) => !Revocation.IsRevoked;

    /// <summary>What tells this caller from every other one in rate limits: stable across requests, no secret.</summary>
    public abstract string RateLimitPartition { get; }

    /// <summary><c>account</c> or <c>api_key</c>: for logs.</summary>
    public abstract string Kind { get; }
}
