using System.Security.Cryptography;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Core.ApiKeys;

/// <summary>Giving out, checking, changing and revoking the keys of databases.</summary>
public sealed class ApiKeyService(
    IApiKeyStore store, ApiKeyCache cache, ApiKeyUses uses, DatabaseService databases, ITableStore tables, AuditLog audit, TimeProvider clock)
{
    private const int MaxName = 100;

    private const int MaxAttempts = 5;

    // A change reads the key and writes it back whole, and the store refuses one that somebody else's overtook: none brings back rights that another took away. One at a time, so that only
    // other servers can overtake.
    private readonly AsyncLock _changing = new();

    /// <summary>The caller that a key stands for, or null: unknown, wrong, revoked and expired are one answer.</summary>
    public ValueTask<KeyCaller?> AuthenticateAsync(string text, CancellationToken ct)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!ApiKeyText.TryHash(text, hash))
            return new((KeyCaller?)null);

        var found = cache.GetAsync(ApiKeyText.LookupKeyOf(text, hash), FindCallerAsync, ct);
        return found.IsCompletedSuccessfully ? new(Check(found.Result, hash)) : AwaitAsync(found, hash.ToArray());

        async ValueTask<KeyCaller?> AwaitAsync(ValueTask<KeyCaller?> found, byte[] hash) => Check(await found, hash);
    }

    /// <summary>The same from memory alone: a key that was not used lately is null too. For callers that sent too many wrong ones.</summary>
    public KeyCaller? AuthenticateFromMemory(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return ApiKeyText.TryHash(text, hash) ? Check(cache.Find(ApiKeyText.LookupKeyOf(text, hash)), hash) : null;
    }

    /// <summary>The keys of a database, in the order of creation.</summary>
    public async ValueTask<Result<IReadOnlyList<ApiKey>>> ListAsync(AccountCaller caller, DatabaseName name, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;
        return Result.Success(uses.Overlay(await store.ListAsync(database.Id, ct)));
    }

    /// <summary>The key named <see cref="ApiKey.DefaultName"/>, which v0.2 clients know as the one key; fails with key_not_found.</summary>
    public async ValueTask<Result<ApiKey>> GetDefaultAsync(AccountCaller caller, DatabaseName name, CancellationToken ct)
    {
        if (!(await ListAsync(caller, name, ct)).TryGet(out var keys, out var error))
            return error;
        return keys.FirstOrDefault(IsDefault) is { } key ? key : NoSuchKey;
    }

    /// <summary>The default key of each of these databases that has one.</summary>
    public ValueTask<IReadOnlyDictionary<DatabaseId, ApiKey>> ListDefaultsAsync(IReadOnlyList<Database> databases, CancellationToken ct) =>
        store.ListNamedAsync(databases, ApiKey.DefaultName, ct);

    /// <summary>A new key with its text, which can't be shown again. Fails with key_exists or invalid_body, which names every fault.</summary>
    public async ValueTask<Result<(ApiKey Key, string Text)>> CreateAsync(
        AccountCaller caller, DatabaseName name, ApiKeyChange wanted, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;

        var (text, prefix) = ApiKeyText.Create();
        var blank = new ApiKey(
            ApiKeyId.New(clock), database.Id, Name: "", prefix, LookupKey: prefix, ApiKeyText.Hash(text), Scopes.All, Tables: null, clock.GetUtcNow(), null, null);
        if (!(await ApplyAsync(blank, database, wanted, ct)).TryGet(out var key, out error))
            return error;
        var what = AuditEvent.Of(caller, database, AuditActions.KeyCreate) with { Subject = key.Name };
        return (await audit.RunAsync(what, () => store.AddAsync(key, ct), ct)).TryGet(out _, out error) ? (key, text) : error;
    }

    /// <summary>Changes a key at once, for requests that wait too. Fails with key_not_found, key_exists or invalid_body.</summary>
    public async ValueTask<Result<ApiKey>> UpdateAsync(
        AccountCaller caller, DatabaseName name, ApiKeyId id, ApiKeyChange wanted, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;

        using var turn = await _changing.EnterAsync(ct);
        for (var attempt = 1; ; attempt++)
        {
            var changed = await TryUpdateAsync(caller, database, id, wanted, ct);
            if (changed.TryGet(out _, out error) || error.Code != ErrorCodes.Conflict || attempt == MaxAttempts)
                return changed;
        }
    }

    private async ValueTask<Result<ApiKey>> TryUpdateAsync(AccountCaller caller, Database database, ApiKeyId id, ApiKeyChange wanted, CancellationToken ct)
    {
        if ((await store.ListAsync(database.Id, ct)).FirstOrDefault(k => k.Id == id) is not { } current)
            return NoSuchKey;
        if (!(await ApplyAsync(current, database, wanted, ct)).TryGet(out var changed, out var error))
            return error;

        var isRefused = false;
        try
        {
            var what = AuditEvent.Of(caller, database, AuditActions.KeyUpdate) with { Subject = current.Name, Changes = [.. wanted.Fields()] };
            isRefused = !(await audit.RunAsync(what, () => store.UpdateAsync(current, changed, ct), ct)).TryGet(out _, out error);
            return isRefused ? error! : changed; // refused: there is an error
        }
        finally
        {
            // Also when the answer got lost: the change may have happened.
            if (!isRefused)
                cache.Revoke(current.LookupKey);
        }
    }

    /// <summary>Revokes a key; refused from then on. Fails with key_not_found.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(AccountCaller caller, DatabaseName name, ApiKeyId id, CancellationToken ct)
    {
        if (!(await ListAsync(caller, name, ct)).TryGet(out var keys, out var error))
            return error;
        return keys.FirstOrDefault(k => k.Id == id) is { } key ? await RemoveAsync(caller, name, key, ct) : NoSuchKey;
    }

    /// <summary>Revokes the default key. Fails with key_not_found.</summary>
    public async ValueTask<Result<Done>> DeleteDefaultAsync(AccountCaller caller, DatabaseName name, CancellationToken ct) =>
        (await GetDefaultAsync(caller, name, ct)).TryGet(out var key, out var error) ? await RemoveAsync(caller, name, key, ct) : error;

    /// <summary>Ends whoever came with a key that another server changed or removed. Those who came with what it is now go on.</summary>
    internal async ValueTask RefreshAsync(string lookupKey, CancellationToken ct)
    {
        if (cache.Renew(lookupKey) is not { } caller)
            return;
        var isSame = false;
        try
        {
            isSame = await store.FindAsync(lookupKey, ct) is { } now && caller.Key.HasRightsOf(now);
        }
        catch (UnavailableException)
        {
            // Not known to be good any more.
        }

        if (!isSame)
            cache.Revoke(lookupKey);
    }

    /// <summary>Looks every key up anew from now on.</summary>
    internal void ForgetAll() => cache.Clear();

    /// <summary>The names that the tables of a key have today; null when it is bound to none in particular.</summary>
    public async ValueTask<IReadOnlyList<string>?> TableNamesAsync(ApiKey key, DatabaseName name, AccountCaller caller, CancellationToken ct)
    {
        if (key.Tables is null)
            return null;
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out _) || !(await tables.GetSchemaAsync(database, fresh: true, ct)).TryGet(out var all, out _))
            return [];
        return [.. all.Tables.Where(t => key.Tables.Contains(t.Id)).Select(t => t.Name)];
    }

    private async ValueTask<Result<Done>> RemoveAsync(AccountCaller caller, DatabaseName name, ApiKey key, CancellationToken ct)
    {
        try
        {
            var what = new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.KeyDelete) { DatabaseId = key.DatabaseId, DatabaseName = name, Subject = key.Name };
            return await audit.RunAsync(what, () => store.RemoveAsync(key.DatabaseId, key.Id, ct), ct);
        }
        finally
        {
            cache.Revoke(key.LookupKey); // also when the answer got lost: the key may be gone
        }
    }

    private async ValueTask<Result<ApiKey>> ApplyAsync(ApiKey key, Database database, ApiKeyChange wanted, CancellationToken ct)
    {
        var faults = new List<FieldError>();
        var name = wanted.Name ?? key.Name;
        if (string.IsNullOrWhiteSpace(name))
            faults.Add(new("name", FieldCodes.Required, "is required"));
        else if (name.Length > MaxName || name.Any(char.IsControl))
            faults.Add(new("name", FieldCodes.Invalid, $"may have at most {MaxName} characters, none of them a control character"));
        if (wanted.ExpiresAt is { IsGiven: true, Value: { } expiry } && expiry <= clock.GetUtcNow())
            faults.Add(new("expires_at", FieldCodes.OutOfRange, "lies in the past"));

        var scopes = key.Scopes;
        if (wanted.Scopes is not null && !ScopeNames.Parse(wanted.Scopes).TryGet(out scopes, out var error))
            faults.AddRange(error.Details);

        var bound = key.Tables;
        if (wanted.Tables.IsGiven)
        {
            if (!(await BindAsync(database, wanted.Tables.Value, faults, ct)).TryGet(out var binding, out error))
                return error;
            bound = binding.Value;
        }

        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidBody, faults);
        return key with { Name = name, Scopes = scopes, Tables = bound, ExpiresAt = wanted.ExpiresAt.Or(key.ExpiresAt) };
    }

    private async ValueTask<Result<Optional<IReadOnlyList<TableId>?>>> BindAsync(
        Database database, IReadOnlyList<string>? names, List<FieldError> faults, CancellationToken ct)
    {
        if (names is null)
            return new Optional<IReadOnlyList<TableId>?>(null);
        if (!(await tables.GetSchemaAsync(database, fresh: true, ct)).TryGet(out var all, out var error))
            return error;

        var ids = new List<TableId>();
        for (var i = 0; i < names.Count; i++)
        {
            if (all.Find(names[i]) is { } table)
                ids.Add(table.Id);
            else
                faults.Add(new($"tables[{i}]", FieldCodes.Invalid, "is no table of this database"));
        }

        return new Optional<IReadOnlyList<TableId>?>(ids);
    }

    private KeyCaller? Check(KeyCaller? caller, ReadOnlySpan<byte> hash)
    {
        if (caller is null || !CryptographicOperations.FixedTimeEquals(caller.Key.SecretHash, hash) || !caller.IsCurrent(clock))
            return null;
        uses.Note(caller.Key.Id);
        return caller;
    }

    private async ValueTask<KeyCaller?> FindCallerAsync(string lookupKey, CancellationToken ct) =>
        await store.FindAsync(lookupKey, ct) is { } key ? new KeyCaller(key) : null;

    private static bool IsDefault(ApiKey key) => string.Equals(key.Name, ApiKey.DefaultName, StringComparison.OrdinalIgnoreCase);

    private static Error NoSuchKey { get; } = new(ErrorCodes.KeyNotFound, "There is no such API key.");
}
