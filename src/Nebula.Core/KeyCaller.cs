using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Core;

/// <summary>An API key: reaches its own database, as far as its scopes and tables go.</summary>
public sealed class KeyCaller(ApiKey key) : Caller(key.Revocation)
{
    public ApiKey Key { get; } = key;

    public DatabaseId DatabaseId => Key.DatabaseId;

    public override bool IsCurrent(TimeProvider clock) => base.IsCurrent(clock) && !(Key.ExpiresAt <= clock.GetUtcNow());

    public override string RateLimitPartition { get; } = $"key:{key.Id}";

    public override string Kind => "api_key";
}
