using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Background;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Core.Quotas;

namespace Nebula.Core.Backups;

/// <summary>
/// Backups that owners make of their databases, apart from the operator's. All methods fail with database_not_found for what is not the caller's, and with conflict where the server has no place for backups. What is wrong with
/// that place is for the log: they throw <see cref="UnavailableException"/> that does not name it. Disposing breaks off what is under way, and waits for it.
/// </summary>
/// <param name="report">Hears of a fault that nobody waits for.</param>
public sealed class DatabaseBackupService(
    DatabaseService databases, IDatabaseStore registry, IAccountStore accounts, IBackupStores stores, IBackupProgressStore underWay, BackupPolicy policy, QuotaService quotas, AuditLog audit, TimeProvider clock,
    Action<Exception> report) : IAsyncDisposable
{
    /// <summary>One for each database, and few in all: each reads and writes a whole database.</summary>
    private const int MaxRunning = 8;
    private const int MaxRunningOfOne = 4;

    private readonly BackgroundWork<DatabaseId> _work = new(MaxRunning, MaxRunningOfOne, Busy, clock, report);

    /// <summary>The newest first.</summary>
    public ValueTask<Result<IReadOnlyList<BackupSummary>>> ListAsync(AccountCaller caller, DatabaseName name, CancellationToken ct) =>
        RunAsync<IReadOnlyList<BackupSummary>>(caller, name, async (store, database) => await ListAsync(store, database, ct), ct);

    /// <summary>
    /// Begins a backup, and gives it if it is there soon. Fails with busy while one of the database is being made, or as many as there may be, with conflict when there are as many as there may be, or as the
    /// export does.
    /// </summary>
    public async ValueTask<Result<DatabaseBackup>> StartAsync(AccountCaller caller, DatabaseName name, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error) || !stores.Open(null).TryGet(out var store, out error))
            return error;
        var id = BackupId.New(clock);
        BackupUnderWay As(WorkStatus status) => new(id, database.OwnerId, database.Id, status);
        var started = await _work.StartAsync(
            database.Id,
            caller.Id,
            (_, ending) => GuardAsync(() => MakeAsync(store, caller, database, id, ending)),
            status => underWay.SetAsync(As(status), CancellationToken.None),
            ct);
        return started.TryGet(out var start, out error) ? new DatabaseBackup(start.Made, start.Running is { } running ? As(running) : null) : error;
    }

    /// <summary>One that is there, or how far one is. Fails with backup_not_found or backup_unreadable.</summary>
    public ValueTask<Result<DatabaseBackup>> GetAsync(AccountCaller caller, DatabaseName name, string backup, CancellationToken ct) => RunAsync<DatabaseBackup>(caller, name, async (store, database) =>
    {
        // In this order: one that ends in between is found by the second look.
        var unfinished = await FindUnfinishedAsync(database, backup, ct);
        if ((await FindAsync(store, database, backup, ct)).TryGet(out var made, out var error))
            return new DatabaseBackup(made, null);
        return error.Code == ErrorCodes.BackupNotFound && unfinished is not null ? new DatabaseBackup(null, unfinished) : error;
    }, ct);

    /// <summary>The database as it was, as a SQLite file. Fails with backup_not_found or backup_unreadable.</summary>
    public ValueTask<Result<DatabaseExport>> OpenAsync(AccountCaller caller, DatabaseName name, string backup, CancellationToken ct) => RunAsync(caller, name, async (store, database) =>
        (await FindAsync(store, database, backup, ct)).TryGet(out var found, out var error) ? await store.OpenAsync(BackupFolder.Of(database), found, found.Databases[0], ct) : error, ct);

    /// <summary>Makes a new database of a backup. Fails with backup_not_found, backup_unreadable, database_exists or quota_exceeded.</summary>
    public ValueTask<Result<Database>> RestoreAsync(AccountCaller caller, DatabaseName name, string backup, DatabaseName restored, CancellationToken ct) => RunAsync(caller, name, async (store, database) =>
    {
        if (!(await FindAsync(store, database, backup, ct)).TryGet(out var found, out var error))
            return error;
        var bounds = await quotas.OfAsync(caller.Id, ct);
        if (bounds.Check(Quota.Databases, await registry.CountAsync(caller.Id, ct) + 1) is { } exceeded)
            return exceeded;
        return await audit.RunAsync(
            new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.DatabaseRestore) { DatabaseName = restored, Subject = found.Id.Value },
            () => store.RestoreAsync(BackupFolder.Of(database), found, found.Databases[0], caller.Id, restored, bounds[Quota.Databases], ct),
            made => made.Id,
            ct);
    }, ct);

    /// <summary>Fails with backup_not_found.</summary>
    public ValueTask<Result<Done>> DeleteAsync(AccountCaller caller, DatabaseName name, string backup, CancellationToken ct) => RunAsync<Done>(caller, name, async (store, database) =>
    {
        // Also one that can't be read, so that it stands in nobody's way.
        if (!(await FindAsync(store, database, backup, ct)).TryGet(out _, out var error) && error.Code != ErrorCodes.BackupUnreadable)
            return error;
        _ = BackupId.TryParse(backup, out var id);
        return await audit.RunAsync<Done>(
            AuditEvent.Of(caller, database, AuditActions.BackupDelete) with { Subject = id.Value },
            async () =>
            {
                await store.RemoveAsync(BackupFolder.Of(database), id, ct);
                await underWay.RemoveAsync(id, ct); // a server that ended could not note that it is done
                return new Done();
            },
            ct);
    }, ct);

    public ValueTask DisposeAsync() => _work.DisposeAsync();

    private async ValueTask<Result<T>> RunAsync<T>(AccountCaller caller, DatabaseName name, Func<IBackupStore, Database, ValueTask<Result<T>>> work, CancellationToken ct) =>
        (await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error) && stores.Open(null).TryGet(out var store, out error) ? await GuardAsync(() => work(store, database)) : error;

    private static async ValueTask<Result<T>> GuardAsync<T>(Func<ValueTask<Result<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (UnavailableException e)
        {
            throw new UnavailableException(NotReached, e);
        }
    }

    private async ValueTask<Result<BackupManifest>> MakeAsync(IBackupStore store, AccountCaller caller, Database database, BackupId id, CancellationToken ct)
    {
        if ((await ListAsync(store, database, ct)).Count >= policy.PerDatabase)
            return TooMany();
        if (await accounts.FindAsync(caller.Id, ct) is not { } account)
            return new Error(ErrorCodes.UserNotFound, "The account was deleted.");
        return await audit.RunAsync(
            AuditEvent.Of(caller, database, AuditActions.BackupCreate) with { Subject = id.Value },
            () => store.CreateAsync(BackupFolder.Of(database), id, database, account.Email, NoProgress.Instance, ct),
            ct);
    }

    private static async ValueTask<Result<BackupManifest>> FindAsync(IBackupStore store, Database database, string text, CancellationToken ct)
    {
        if (!BackupId.TryParse(text, out var id))
            return new Error(ErrorCodes.BackupNotFound, $"There is no backup '{Excerpt.Of(text)}' of this database.");
        if (!(await store.GetAsync(BackupFolder.Of(database), id, ct)).TryGet(out var found, out var error))
            return error;
        return found.Databases is [{ } one] && one.Id == database.Id && one.OwnerId == database.OwnerId ? found : new Error(ErrorCodes.BackupUnreadable, $"The backup '{id}' is of another database.");
    }

    private async ValueTask<BackupUnderWay?> FindUnfinishedAsync(Database database, string text, CancellationToken ct)
    {
        if (!BackupId.TryParse(text, out var id) || await underWay.FindAsync(id, ct) is not { } found || found.Owner != database.OwnerId || found.Database != database.Id || found.Status.State == WorkState.Done)
            return null;
        return found.Status.IsAbandoned(clock.GetUtcNow()) ? found with { Status = found.Status with { State = WorkState.Failed, Failure = Abandoned } } : found;
    }

    private static async ValueTask<List<BackupSummary>> ListAsync(IBackupStore store, Database database, CancellationToken ct)
    {
        var backups = new List<BackupSummary>();
        await foreach (var backup in store.ListAsync(BackupFolder.Of(database), ct))
            backups.Add(backup);
        return backups;
    }

    private Error TooMany() => new(ErrorCodes.Conflict, $"A database may have {policy.PerDatabase} backups, and this one has as many.") { Hint = "Delete one first." };

    private static Error Busy { get; } = new(ErrorCodes.Busy, "A backup of this database is being made, or as many of others as this server makes at once, at all or for one account.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static Error Abandoned { get; } = new(ErrorCodes.Unavailable, "The server that made the backup ended.") { Hint = "Ask for another." };

    private static Error NotReached { get; } = new(ErrorCodes.Unavailable, "The place of the backups can't be reached at the moment.") { RetryAfter = TimeSpan.FromSeconds(30) };
}
