using Nebula.Core.Databases;

namespace Nebula.Core.ApiKeys;

/// <summary>Keeps API keys. Every write is durable when its task completes. Thread-safe.</summary>
public interface IApiKeyStore
{
    /// <summary>Finds by <see cref="ApiKey.LookupKey"/>. Gives no key of a database that is being deleted.</summary>
    ValueTask<ApiKey?> FindAsync(string lookupKey, CancellationToken ct);

    /// <summary>In the order of creation.</summary>
    ValueTask<IReadOnlyList<ApiKey>> ListAsync(DatabaseId database, CancellationToken ct);

    /// <summary>The keys of that name of several databases, for lists of databases.</summary>
    ValueTask<IReadOnlyDictionary<DatabaseId, ApiKey>> ListNamedAsync(IReadOnlyList<Database> databases, string name, CancellationToken ct);

    /// <summary>Fails with key_exists when the database has a key of that name, or database_not_found.</summary>
    ValueTask<Result<Done>> AddAsync(ApiKey key, CancellationToken ct);

    /// <summary>
    /// Replaces name, scopes, tables and expiry of a key that is still what <paramref name="current"/> says. Fails with key_exists, key_not_found, or with conflict when somebody changed it
    /// since, also another server.
    /// </summary>
    ValueTask<Result<Done>> UpdateAsync(ApiKey current, ApiKey changed, CancellationToken ct);

    /// <summary>Fails with key_not_found.</summary>
    ValueTask<Result<Done>> RemoveAsync(DatabaseId database, ApiKeyId id, CancellationToken ct);

    /// <summary>Notes when keys were last used; keys that are gone are passed over.</summary>
    ValueTask NoteUseAsync(IReadOnlyCollection<(ApiKeyId Id, DateTimeOffset At)> uses, CancellationToken ct);
}
