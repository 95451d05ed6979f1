using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Core.Tests.Fakes;

/// <summary>The audit log in a list.</summary>
internal sealed class InMemoryAudit : IAuditStore
{
    private long _last;

    /// <summary>In order.</summary>
    public List<AuditEntry> All { get; } = [];

    /// <summary>Thrown instead of noting what is about to be done.</summary>
    public Exception? BeginFailure { get; set; }

    /// <summary>Thrown instead of noting that it was done, or taking it back.</summary>
    public Exception? EndFailure { get; set; }

    public ValueTask<long> BeginAsync(AuditEvent what, CancellationToken ct)
    {
        if (BeginFailure is not null)
            throw BeginFailure;
        All.Add(new AuditEntry(++_last, DateTimeOffset.UnixEpoch, what, IsDone: false));
        return new(_last);
    }

    public ValueTask EndAsync(long id, DatabaseId? made, CancellationToken ct)
    {
        if (EndFailure is not null)
            throw EndFailure;
        var at = All.FindIndex(e => e.Id == id);
        All[at] = All[at] with { IsDone = true, Event = All[at].Event with { DatabaseId = All[at].Event.DatabaseId ?? made } };
        return default;
    }

    public ValueTask RemoveAsync(long id, CancellationToken ct)
    {
        if (EndFailure is not null)
            throw EndFailure;
        All.RemoveAll(e => e.Id == id);
        return default;
    }

    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(UserId owner, DatabaseName? database, long before, int limit, CancellationToken ct) =>
        new([.. All.Where(e => e.Event.Owner == owner && e.Id < before && (database is null || e.Event.DatabaseName == database)).Reverse().Take(limit)]);

    public ValueTask<DateTimeOffset?> FindLastAsync(UserId owner, string action, DatabaseId? database, CancellationToken ct) =>
        new(All.LastOrDefault(e => e.Event.Owner == owner && e.Event.Action == action && (database is null || e.Event.DatabaseId == database))?.At);

    public ValueTask<int> RemoveOlderAsync(DateTimeOffset than, CancellationToken ct) => new(All.RemoveAll(e => e.At < than));
}
