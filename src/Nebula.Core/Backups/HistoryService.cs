using System.Globalization;
using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>Brings databases back to a moment as the operator asks for it.</summary>
public sealed class HistoryService(IBackupStores stores, IAccountStore accounts, IDatabaseStore databases, AuditLog audit)
{
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Brings one database back, as a new one beside those that there are, or everything into an empty server. Fails as <see cref="IBackupStores.OpenHistories"/> and <see cref="IHistories"/> do.</summary>
    public async ValueTask<Result<HistoryReport>> RestoreAsync(HistoryRequest request, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!TryReadMoment(request.At, out var at))
            return new Error(ErrorCodes.InvalidParameter, $"'{Excerpt.Of(request.At)}' is no moment.") { Hint = "One looks like 2026-01-31T23:59:59Z, or 2026-01-31T23:59:59.5+02:00." };
        if (!stores.OpenHistories(request.Place).TryGet(out var histories, out var error))
            return error;
        if (request.Database is { } database)
            return await RestoreOneAsync(histories, database, request.Name, at, progress, ct);
        return request.Name is null
            ? await histories.RestoreAllAsync(at, progress, ct)
            : new Error(ErrorCodes.InvalidParameter, "A new name is for the restoring of one database.") { Hint = "Name the database as well." };
    }

    private async ValueTask<Result<HistoryReport>> RestoreOneAsync(
        IHistories histories, string database, string? newName, DateTimeOffset at, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (newName is null)
            return new Error(ErrorCodes.InvalidParameter, "The restored database needs a name of its own: it is made beside the one that there is.") { Hint = "Say what it is to be called." };
        if (!DatabaseAddress.Parse(database).TryGet(out var address, out var error)
            || !DatabaseName.Parse(newName, "as").TryGet(out var name, out error)
            || !(await address.FindOwnerAsync(accounts, ct)).TryGet(out var owner, out error))
            return error;
        if (await databases.FindAsync(owner.Id, name, ct) is not null)
            return new Error(ErrorCodes.DatabaseExists, $"The account has a database '{name}' already.") { Hint = "Restore it under another name." };
        progress.Report(new(BackupStage.Restoring, 0, 1));
        var restored = await audit.RunAsync(
            new AuditEvent(owner.Id, AuditActor.Operator, AuditActions.DatabaseRestore) { DatabaseName = name, Subject = Timestamps.ToText(at) },
            () => histories.RestoreAsync(address.Email, address.Name, at, owner.Id, name, ct),
            made => made.Database.Id,
            ct);
        return restored.TryGet(out var made, out error) ? new HistoryReport(1, made.AsOf, [], made.Gap is null ? [] : [made.Gap]) : error;
    }

    private static bool TryReadMoment(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, _formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
}
