using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Core.Tests.Fakes;

/// <summary>API keys in a list.</summary>
internal sealed class InMemoryApiKeys : IApiKeyStore
{
    public List<ApiKey> All { get; } = [];

    public int Lookups { get; private set; }

    /// <summary>Every use that was noted, in order.</summary>
    public List<(ApiKeyId Id, DateTimeOffset At)> Uses { get; } = [];

    /// <summary>Thrown instead of writing uses.</summary>
    public Exception? UseFailure { get; set; }

    /// <summary>How often uses were written.</summary>
    public int UseWrites { get; private set; }

    /// <summary>Before this a look-up has read, and has not answered.</summary>
    public Gate Reading { get; } = new();

    /// <summary>Before this a list has been read, and has not been given.</summary>
    public Gate Listing { get; } = new();

    /// <summary>Thrown behind each change that was made: the store died before it could answer.</summary>
    public Exception? LostAnswer { get; set; }

    public async ValueTask<ApiKey?> FindAsync(string lookupKey, CancellationToken ct)
    {
        Lookups++;
        var found = All.Find(k => k.LookupKey == lookupKey);
        await Reading.PassAsync(ct);
        return found is null ? null : Copy(found);
    }

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(DatabaseId database, CancellationToken ct)
    {
        ApiKey[] found = [.. All.Where(k => k.DatabaseId == database).Select(Copy)];
        await Listing.PassAsync(ct);
        return found;
    }

    public ValueTask<IReadOnlyDictionary<DatabaseId, ApiKey>> ListNamedAsync(IReadOnlyList<Database> databases, string name, CancellationToken ct) =>
        new(All.Where(k => IsNamed(k, name) && databases.Any(d => d.Id == k.DatabaseId)).ToDictionary(k => k.DatabaseId, Copy));

    public ValueTask<Result<Done>> AddAsync(ApiKey key, CancellationToken ct)
    {
        if (All.Exists(k => k.DatabaseId == key.DatabaseId && IsNamed(k, key.Name)))
            return new(new Error(ErrorCodes.KeyExists, "Exists."));
        All.Add(Copy(key));
        return new(new Done());
    }

    public ValueTask<Result<Done>> UpdateAsync(ApiKey current, ApiKey changed, CancellationToken ct)
    {
        if (All.Exists(k => k.DatabaseId == changed.DatabaseId && IsNamed(k, changed.Name) && k.Id != changed.Id))
            return new(new Error(ErrorCodes.KeyExists, "Exists."));
        var at = All.FindIndex(k => k.Id == changed.Id);
        if (at < 0)
            return new(new Error(ErrorCodes.KeyNotFound, "Gone."));
        if ((All[at].Name, All[at].Scopes, All[at].Tables, All[at].ExpiresAt) != (current.Name, current.Scopes, current.Tables, current.ExpiresAt))
            return new(new Error(ErrorCodes.Conflict, "Changed."));
        All[at] = Copy(changed);
        return LostAnswer is { } lost ? throw lost : new(new Done());
    }

    public ValueTask<Result<Done>> RemoveAsync(DatabaseId database, ApiKeyId id, CancellationToken ct)
    {
        if (All.RemoveAll(k => k.DatabaseId == database && k.Id == id) == 0)
            return new(new Error(ErrorCodes.KeyNotFound, "Gone."));
        return LostAnswer is { } lost ? throw lost : new(new Done());
    }

    public ValueTask NoteUseAsync(IReadOnlyCollection<(ApiKeyId Id, DateTimeOffset At)> uses, CancellationToken ct)
    {
        if (UseFailure is { } failure)
            throw failure;
        UseWrites++;
        Uses.AddRange(uses);
        return default;
    }

    // A store that reads rows gives new objects, each with a revocation of its own.
    private static ApiKey Copy(ApiKey k) =>
        new(k.Id, k.DatabaseId, k.Name, k.Prefix, k.LookupKey, k.SecretHash, k.Scopes, k.Tables, k.CreatedAt, k.ExpiresAt, k.LastUsedAt);

    private static bool IsNamed(ApiKey key, string name) => string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase);
}
