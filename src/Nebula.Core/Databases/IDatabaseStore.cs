using Nebula.Core.Accounts;

namespace Nebula.Core.Databases;

/// <summary>
/// Keeps databases: their entry in the metadata together with their storage. Databases in state deleting are never given.
/// Every change is durable when its task completes; one that a crash cut short is finished or undone at the next start. Thread-safe.
/// </summary>
public interface IDatabaseStore
{
    ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct);

    ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct);

    /// <summary>In the order of creation. Opens none of them.</summary>
    ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct);

    /// <summary>Names a new database; makes no storage. Fails with database_exists, with quota_exceeded, or with user_not_found when the owner is gone.</summary>
    /// <param name="most">How many the owner may have; null for any number.</param>
    ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct);

    /// <summary>How many databases an account has.</summary>
    ValueTask<long> CountAsync(UserId owner, CancellationToken ct);

    /// <summary>Gives a database another name. Requests that use it meanwhile wait. Fails with database_exists, database_not_found or busy.</summary>
    ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct);

    /// <summary>Removes a database, its keys and its storage. Fails with database_not_found.</summary>
    ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct);

    /// <summary>The bytes that its storage takes, 0 when it has none yet. Opens nothing.</summary>
    ValueTask<long> GetSizeAsync(Database database, CancellationToken ct);

    /// <summary>The bytes of it that are in use: without those that deleted records left free, as far as the engine can tell; null where it can't be looked at now. May open it.</summary>
    ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct);
}
