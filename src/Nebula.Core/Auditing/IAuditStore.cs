using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Auditing;

/// <summary>Keeps the audit log. Every write is durable when its task completes. Thread-safe.</summary>
public interface IAuditStore
{
    /// <summary>Notes what is about to be done, and gives the entry's id.</summary>
    ValueTask<long> BeginAsync(AuditEvent what, CancellationToken ct);

    /// <summary>Notes that it was done.</summary>
    /// <param name="made">The database that was made by it.</param>
    ValueTask EndAsync(long id, DatabaseId? made, CancellationToken ct);

    /// <summary>Takes back what was not done.</summary>
    ValueTask RemoveAsync(long id, CancellationToken ct);

    /// <summary>What concerns an account, the latest first.</summary>
    /// <param name="database">Of databases that had this name then, if given.</param>
    /// <param name="before">Entries with a smaller id only.</param>
    ValueTask<IReadOnlyList<AuditEntry>> ListAsync(UserId owner, DatabaseName? database, long before, int limit, CancellationToken ct);

    /// <summary>When something was done for the last time that concerns an account, whether its outcome is known or not; null when that was never noted.</summary>
    /// <param name="database">To this database, if given.</param>
    ValueTask<DateTimeOffset?> FindLastAsync(UserId owner, string action, DatabaseId? database, CancellationToken ct);

    /// <summary>Removes what is older, some at a time, and gives how many; 0 when nothing is left.</summary>
    ValueTask<int> RemoveOlderAsync(DateTimeOffset than, CancellationToken ct);
}
