using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Background;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;

namespace Nebula.Core.Databases.Branching;

/// <summary>Independent copies of databases, each as its source is at one moment. Disposing breaks off what is under way, and waits for it.</summary>
/// <param name="report">Hears of a fault that nobody waits for.</param>
public sealed class BranchService(
    DatabaseService databases, IDatabaseStore registry, IDatabaseFileStore files, IBranchStore store, QuotaService quotas, AuditLog audit, TimeProvider clock, Action<Exception> report) : IAsyncDisposable
{
    /// <summary>Few, and one for each account: each reads and writes a whole database.</summary>
    private const int MaxRunning = 2;

    private readonly BackgroundWork<UserId> _work = new(MaxRunning, mostOfOne: 1, Busy, clock, report);

    /// <summary>
    /// Begins a copy, and gives it if it is there soon. Fails with database_not_found, database_exists, quota_exceeded, busy when there are as many under way as there may be, unavailable, storage_full, or as
    /// the store does.
    /// </summary>
    public async ValueTask<Result<BranchStart>> StartAsync(AccountCaller caller, DatabaseName source, DatabaseName name, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, source, ct)).TryGet(out var database, out var error))
            return error;
        if (await registry.FindAsync(caller.Id, name, ct) is not null)
            return new Error(ErrorCodes.DatabaseExists, $"You have a database '{name}' already.");
        var bounds = await quotas.OfAsync(caller.Id, ct);
        if (bounds.Check(Quota.Databases, await registry.CountAsync(caller.Id, ct) + 1) is { } exceeded)
            return exceeded;
        var made = await store.TakeIdAsync(ct);

        var now = clock.GetUtcNow();
        var branch = new Branch(Guid.CreateVersion7(now).ToString("D"), caller.Id, database.Id, name, made, now, new WorkStatus(WorkState.Running, now));
        var what = new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.DatabaseBranch) { DatabaseName = name, Subject = database.Name.Value };
        var started = await _work.StartAsync(
            caller.Id,
            caller.Id,
            (progress, ending) => audit.RunAsync(what, () => files.BranchAsync(database, caller, made, name, bounds[Quota.Databases], progress, ending), copy => copy.Id, ending),
            status => store.SetAsync(branch with { Status = status }, CancellationToken.None),
            ct);
        return started.TryGet(out var start, out error) ? new BranchStart(start.Made, start.Running is { } running ? branch with { Status = running } : null) : error;
    }

    /// <summary>How far a branch is. Fails with database_not_found, or with branch_not_found for one of another database or account, too.</summary>
    public async ValueTask<Result<Branch>> GetAsync(AccountCaller caller, DatabaseName source, string id, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, source, ct)).TryGet(out var database, out var error))
            return error;
        if (await store.FindAsync(id, ct) is not { } branch || branch.Owner != caller.Id || branch.Source != database.Id)
            return new Error(ErrorCodes.BranchNotFound, "There is no such branch of this database.");
        if (!branch.Status.IsAbandoned(clock.GetUtcNow()))
            return branch;

        // The copy is there as a whole or not at all.
        var isMade = branch.Made is { } made && await registry.FindAsync(made, ct) is not null;
        return branch with
        {
            Status = isMade
                ? branch.Status with { State = WorkState.Done, Progress = 1 }
                : branch.Status with { State = WorkState.Failed, Failure = new Error(ErrorCodes.Unavailable, "The server that made the branch ended.") { Hint = "Ask for it again." } },
        };
    }

    public ValueTask DisposeAsync() => _work.DisposeAsync();

    private static Error Busy { get; } = new(ErrorCodes.Busy, "A branch is being made for this account, or as many as this server makes at once for others.") { RetryAfter = TimeSpan.FromSeconds(5) };
}
