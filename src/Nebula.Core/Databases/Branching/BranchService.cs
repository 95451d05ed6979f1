using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;

namespace Nebula.Core.Databases.Branching;

/// <summary>
/// Independent copies of databases, each as its source is at one moment. A request waits two seconds for one; then the copying goes on by itself, and whoever asked looks how far it is. Disposing breaks off
/// what is under way, and waits for it.
/// </summary>
/// <param name="report">Hears of a fault that nobody waits for.</param>
public sealed class BranchService(
    DatabaseService databases, IDatabaseStore registry, IDatabaseFileStore files, IBranchStore store, QuotaService quotas, AuditLog audit, TimeProvider clock, Action<Exception> report) : IAsyncDisposable
{
    /// <summary>How long a request waits.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>How often it is noted how far one is, if it got on.</summary>
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(1);

    /// <summary>How often it is noted that one is under way.</summary>
    private static readonly TimeSpan _longestBeat = TimeSpan.FromSeconds(5);

    /// <summary>Branches that one server makes at once.</summary>
    private const int MaxRunning = 2;

    /// <summary>One that was not heard of for so long is not under way any more: its server ended.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<Task> _followed = [];
    private readonly Lock _following = new();

    /// <summary>The accounts for which one is being made.</summary>
    private readonly HashSet<UserId> _owners = [];

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
        var id = await store.TakeIdAsync(ct);
        if (!TryEnter(caller.Id))
            return Busy;

        var now = clock.GetUtcNow();
        var branch = new Branch(Guid.CreateVersion7(now).ToString("D"), caller.Id, database.Id, name, BranchState.Running, now, now) { Made = id };
        var progress = new Latest();
        var copying = CopyAsync(caller, database, id, name, bounds[Quota.Databases], progress, _ending.Token);
        if (await IsDoneAsync(copying, _patience, ct))
        {
            try
            {
                return (await copying).TryGet(out var made, out error) ? new BranchStart(made, null) : error;
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return Stopped;
            }
        }

        branch = branch with { Progress = progress.Value };
        try
        {
            // Before it is followed, so that what came of it is written over this and not the other way round.
            await store.SetAsync(branch, CancellationToken.None);
        }
        finally
        {
            Follow(FollowAsync(branch, copying, progress)); // also when that failed: the copy goes on
        }

        return new BranchStart(null, branch);
    }

    /// <summary>How far a branch is. Fails with database_not_found, or with branch_not_found for one of another database or account, too.</summary>
    public async ValueTask<Result<Branch>> GetAsync(AccountCaller caller, DatabaseName source, string id, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, source, ct)).TryGet(out var database, out var error))
            return error;
        if (await store.FindAsync(id, ct) is not { } branch || branch.Owner != caller.Id || branch.Source != database.Id)
            return new Error(ErrorCodes.BranchNotFound, "There is no such branch of this database.");
        if (branch.State != BranchState.Running || clock.GetUtcNow() - branch.UpdatedAt < _silence)
            return branch;

        // Its server ended before it could say what came of it: the copy is there as a whole or not at all.
        return branch.Made is { } made && await registry.FindAsync(made, ct) is not null
            ? branch with { State = BranchState.Done, Progress = 1 }
            : branch with { State = BranchState.Failed, Failure = new Error(ErrorCodes.Unavailable, "The server that made the branch ended.") { Hint = "Ask for it again." } };
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Task[] followed;
        lock (_following)
            followed = [.. _followed];
        await Task.WhenAll(followed);
        _ending.Dispose();
    }

    private async Task<Result<Database>> CopyAsync(AccountCaller caller, Database source, DatabaseId id, DatabaseName name, long? most, Latest progress, CancellationToken ct)
    {
        try
        {
            await Task.Yield(); // the request waits apart from it
            var what = new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.DatabaseBranch) { DatabaseName = name, Subject = source.Name.Value };
            return await audit.RunAsync(what, () => files.BranchAsync(source, caller, id, name, most, progress, ct), made => made.Id, ct);
        }
        finally
        {
            Leave(caller.Id);
        }
    }

    /// <summary>Notes how far it is until it is over, and then what came of it. Throws nothing.</summary>
    private async Task FollowAsync(Branch branch, Task<Result<Database>> copying, Latest progress)
    {
        var (told, at) = (progress.Value, clock.GetTimestamp());
        while (!await IsDoneAsync(copying, _beat, CancellationToken.None))
        {
            if (progress.Value == told && clock.GetElapsedTime(at) < _longestBeat)
                continue;
            (told, at) = (progress.Value, clock.GetTimestamp());
            await TrySetAsync(branch with { Progress = told, UpdatedAt = clock.GetUtcNow() });
        }

        var ended = await EndAsync(branch, copying);
        while (!await TrySetAsync(ended with { UpdatedAt = clock.GetUtcNow() }) && !_ending.IsCancellationRequested)
            await Task.WhenAny(Task.Delay(_longestBeat, clock, _ending.Token));
    }

    private async Task<Branch> EndAsync(Branch branch, Task<Result<Database>> copying)
    {
        Error? error;
        try
        {
            if ((await copying).TryGet(out _, out error))
                return branch with { State = BranchState.Done, Progress = 1 };
        }
        catch (UnavailableException e)
        {
            error = e.Error;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            error = Stopped;
        }
        catch (Exception e)
        {
            report(e);
            error = new Error(ErrorCodes.Internal, "Something went wrong on the server.");
        }

        return branch with { State = BranchState.Failed, Failure = error };
    }

    private async Task<bool> TrySetAsync(Branch branch)
    {
        try
        {
            await store.SetAsync(branch, CancellationToken.None);
            return true;
        }
        catch (UnavailableException)
        {
            return false;
        }
        catch (Exception e)
        {
            report(e);
            return false;
        }
    }

    /// <summary>One for each account, and few in all: each reads and writes a whole database.</summary>
    private bool TryEnter(UserId owner)
    {
        lock (_following)
            return _owners.Count < MaxRunning && _owners.Add(owner);
    }

    private void Leave(UserId owner)
    {
        lock (_following)
            _owners.Remove(owner);
    }

    private async ValueTask<bool> IsDoneAsync(Task copying, TimeSpan patience, CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = await Task.WhenAny(copying, Task.Delay(patience, clock, waiting.Token));
        await waiting.CancelAsync();
        return first == copying;
    }

    private void Follow(Task task)
    {
        lock (_following)
            _followed.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (_following)
                    _followed.Remove(ended);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static Error Busy { get; } = new(ErrorCodes.Busy, "A branch is being made for this account, or as many as this server makes at once for others.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static Error Stopped { get; } = new(ErrorCodes.Unavailable, "The server stopped.") { Hint = "Ask for it again.", RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>What was last told, from whatever thread.</summary>
    private sealed class Latest : IProgress<double>
    {
        private double _value = double.NaN;

        public double? Value => Volatile.Read(ref _value) is var value && double.IsNaN(value) ? null : value;

        public void Report(double value) => Volatile.Write(ref _value, value);
    }
}
