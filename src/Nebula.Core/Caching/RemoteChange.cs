namespace Nebula.Core.Caching;

/// <summary>What a server on the same data, perhaps this very one, changed.</summary>
/// <param name="Target">The account's id (also for quotas), the key's look-up key, or the database's id; empty for <see cref="RemoteChangeKind.Anything"/>.</param>
public readonly record struct RemoteChange(RemoteChangeKind Kind, string Target);
