using Nebula.Core.Databases;

namespace Nebula.Core.Auditing;

/// <summary>
/// Who created, changed and deleted what. Noted before it is done, so that nothing is done without its entry: not in a crash, and not where the log can't be written. What changed nothing is taken back.
/// </summary>
public sealed class AuditLog(IAuditStore store)
{
    /// <summary>Does something and notes it. Fails as it does; throws <see cref="UnavailableException"/> when it can't be noted, and then it was not done.</summary>
    public ValueTask<Result<T>> RunAsync<T>(AuditEvent what, Func<ValueTask<Result<T>>> act, CancellationToken ct) => RunAsync(what, act, MayBeDone, made: null, ct);

    /// <summary>The same for what makes a database.</summary>
    /// <param name="made">The database that it made.</param>
    public ValueTask<Result<T>> RunAsync<T>(AuditEvent what, Func<ValueTask<Result<T>>> act, Func<T, DatabaseId> made, CancellationToken ct) => RunAsync(what, act, MayBeDone, made, ct);

    /// <summary>The same for what can fail half-way.</summary>
    /// <param name="mayBeDone">Whether an error leaves anything of the change, so that its entry stays.</param>
    public async ValueTask<Result<T>> RunAsync<T>(AuditEvent what, Func<ValueTask<Result<T>>> act, Func<Error, bool> mayBeDone, Func<T, DatabaseId>? made, CancellationToken ct)
    {
        var id = await store.BeginAsync(what, ct);
        var outcome = await act();
        try
        {
            // From here on it is not cancelled: what was done is done.
            if (outcome.TryGet(out var value, out var error))
                await store.EndAsync(id, made?.Invoke(value), CancellationToken.None);
            else if (!mayBeDone(error))
                await store.RemoveAsync(id, CancellationToken.None);
        }
        catch (UnavailableException)
        {
            // The entry stays as one whose outcome is not known.
        }

        return outcome;
    }

    /// <summary>What concerns the caller's account, the latest first.</summary>
    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(AccountCaller caller, DatabaseName? database, long before, int limit, CancellationToken ct) =>
        store.ListAsync(caller.Id, database, before, limit, ct);

    /// <summary>Whether an error leaves it open what became of the change.</summary>
    private static bool MayBeDone(Error error) => error.Code is ErrorCodes.Unavailable or ErrorCodes.QueryTimeout;
}
