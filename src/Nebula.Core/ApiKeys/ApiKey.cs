using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Core.ApiKeys;

/// <summary>A key to one database. The secret itself is not kept, only its hash.</summary>
/// <param name="Prefix">What is shown of the key, so that its owner can tell it from others.</param>
/// <param name="LookupKey">What the key is found by; derived from the key, not secret.</param>
/// <param name="SecretHash">SHA-256 of the whole key, 32 bytes.</param>
/// <param name="Tables">The tables that it may touch, by identity; null for all, also future ones.</param>
public sealed record ApiKey(
    ApiKeyId Id,
    DatabaseId DatabaseId,
    string Name,
    string Prefix,
    string LookupKey,
    byte[] SecretHash,
    Scopes Scopes,
    IReadOnlyList<TableId>? Tables,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>The name of the one key per database that v0.2 knew.</summary>
    public const string DefaultName = "default";

    /// <summary>Goes up when the key was revoked, changed, or its database deleted.</summary>
    public Revocation Revocation { get; } = new();

    /// <summary>Whether the other one is the same secret with the same rights.</summary>
    internal bool HasRightsOf(ApiKey other) =>
        (Id, DatabaseId, Scopes, ExpiresAt) == (other.Id, other.DatabaseId, other.Scopes, other.ExpiresAt)
        && SecretHash.AsSpan().SequenceEqual(other.SecretHash)
        && (Tables is null ? other.Tables is null : other.Tables is not null && Tables.SequenceEqual(other.Tables));
}
