using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Caching;
using Nebula.Core.Quotas;

namespace Nebula.Core.Databases;

/// <summary>Creating, finding, renaming and deleting databases. The one place that decides which database a caller may reach.</summary>
public sealed class DatabaseService(IDatabaseStore store, ApiKeyCache keys, QuotaService quotas, AuditLog audit)
{
    private const int Capacity = 100_000;

    private readonly DatabaseNames _byName = new(store, Capacity);
    private readonly EpochCache<DatabaseId, Database> _byId = new(Capacity);

    /// <summary>Made once, not for each request.</summary>
    private readonly Func<DatabaseId, CancellationToken, ValueTask<Database?>> _findById = store.FindAsync;

    /// <summary>
    /// The database of that name that the caller may reach. For an account another's is the same database_not_found as none;
    /// a key gets wrong_database for every name but its own, and unauthenticated once its database is gone.
    /// </summary>
    public ValueTask<Result<Database>> OpenAsync(Caller caller, DatabaseName name, CancellationToken ct)
    {
        // The body may have come long after the header: a credential that died meanwhile is good for nothing.
        if (caller.Revocation.IsRevoked)
            return new(Revoked);

        // Both look-ups are answered from memory but for the first time.
        var found = caller switch
        {
            AccountCaller account => _byName.GetAsync(account.Id, name, ct),
            KeyCaller key => _byId.GetAsync(key.DatabaseId, _findById, ct),
            _ => throw new InvalidOperationException("A caller is an account or a key."),
        };
        return found.IsCompletedSuccessfully ? new(Reach(caller, name, found.Result)) : AwaitAsync(caller, name, found);

        static async ValueTask<Result<Database>> AwaitAsync(Caller caller, DatabaseName name, ValueTask<Database?> found) =>
            Reach(caller, name, await found);
    }

    /// <summary>Like <see cref="OpenAsync"/>, with everything as it is now: its state and its number of tables.</summary>
    public async ValueTask<Result<Database>> GetAsync(Caller caller, DatabaseName name, CancellationToken ct)
    {
        if (!(await OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;
        return await store.FindAsync(database.Id, ct) is { } current ? current : NotFound(name);
    }

    /// <summary>An account's databases in the order of creation; a key's own one.</summary>
    public async ValueTask<Result<IReadOnlyList<Database>>> ListAsync(Caller caller, int limit, int offset, CancellationToken ct)
    {
        if (caller is AccountCaller account)
            return Result.Success(await store.ListAsync(account.Id, limit, offset, ct));

        var own = await store.FindAsync(((KeyCaller)caller).DatabaseId, ct);
        return Result.Success<IReadOnlyList<Database>>(own is null || offset > 0 ? [] : [own]);
    }

    /// <summary>Fails with database_exists or quota_exceeded.</summary>
    public async ValueTask<Result<Database>> CreateAsync(AccountCaller caller, DatabaseName name, CancellationToken ct)
    {
        if (caller.Revocation.IsRevoked)
            return Revoked;
        var most = (await quotas.OfAsync(caller.Id, ct))[Quota.Databases];
        var what = new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.DatabaseCreate) { DatabaseName = name };
        return await audit.RunAsync(what, () => store.AddAsync(caller.Id, name, most, ct), made => made.Id, ct);
    }

    /// <summary>Whose data a caller uses; null when the database of a key is gone. Answered from memory but for the first time.</summary>
    public ValueTask<UserId?> OwnerOfAsync(Caller caller, CancellationToken ct)
    {
        if (caller is AccountCaller account)
            return new(account.Id);
        var found = _byId.GetAsync(((KeyCaller)caller).DatabaseId, _findById, ct);
        return found.IsCompletedSuccessfully ? new(found.Result?.OwnerId) : AwaitAsync(found);

        static async ValueTask<UserId?> AwaitAsync(ValueTask<Database?> found) => (await found)?.OwnerId;
    }

    /// <summary>Fails with database_not_found, database_exists or busy. Keys go on working.</summary>
    public async ValueTask<Result<Database>> RenameAsync(AccountCaller caller, DatabaseName name, DatabaseName newName, CancellationToken ct)
    {
        if (!(await OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;
        try
        {
            return await audit.RunAsync(
                AuditEvent.Of(caller, database, AuditActions.DatabaseRename) with { Subject = newName.Value }, () => store.RenameAsync(database, newName, ct), ct);
        }
        finally
        {
            Refresh(database.Id); // also when the answer got lost: it may have the new name
        }
    }

    /// <summary>Removes the database, its keys and its data. Fails with database_not_found.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(AccountCaller caller, DatabaseName name, CancellationToken ct) =>
        (await OpenAsync(caller, name, ct)).TryGet(out var database, out var error) ? await RemoveAsync(caller, database, ct) : error;

    /// <summary>Removes every database of an account.</summary>
    public async ValueTask<Result<Done>> DeleteAllAsync(AccountCaller caller, CancellationToken ct)
    {
        while (await store.ListAsync(caller.Id, limit: 100, offset: 0, ct) is { Count: > 0 } page)
        {
            foreach (var database in page)
            {
                if (!(await RemoveAsync(caller, database, ct)).TryGet(out _, out var error) && error.Code != ErrorCodes.DatabaseNotFound)
                    return error;
            }
        }

        return new Done();
    }

    /// <summary>The bytes on disk.</summary>
    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => store.GetSizeAsync(database, ct);

    /// <summary>Looks a database up anew that was changed, here or by another server.</summary>
    internal void Refresh(DatabaseId id)
    {
        _byId.Invalidate(id);
        _byName.Forget(id);
    }

    /// <summary>Looks every database up anew from now on.</summary>
    internal void ForgetAll()
    {
        _byId.Clear();
        _byName.Clear();
    }

    private async ValueTask<Result<Done>> RemoveAsync(AccountCaller caller, Database database, CancellationToken ct)
    {
        try
        {
            return await audit.RunAsync(AuditEvent.Of(caller, database, AuditActions.DatabaseDelete), () => store.RemoveAsync(database, ct), ct);
        }
        finally
        {
            // Also when the answer got lost: it may be gone.
            keys.RevokeAllOf(database.Id);
            Refresh(database.Id);
        }
    }

    private static Result<Database> Reach(Caller caller, DatabaseName name, Database? found)
    {
        if (caller is not KeyCaller)
            return found is not null ? found : NotFound(name);
        if (found is null)
            return Revoked; // a key goes with its database
        return found.Name == name ? found : WrongDatabase;
    }

    internal static Error Revoked { get; } = new(ErrorCodes.Unauthenticated, "The credential was revoked while the request was on its way.");

    private static Error NotFound(DatabaseName name) => new(ErrorCodes.DatabaseNotFound, $"There is no database '{name}'.");

    private static Error WrongDatabase { get; } = new(ErrorCodes.WrongDatabase, "This API key belongs to another database.");
}
