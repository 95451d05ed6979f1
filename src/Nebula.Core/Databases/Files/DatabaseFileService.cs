using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;

namespace Nebula.Core.Databases.Files;

/// <summary>Whole databases out and in.</summary>
public sealed class DatabaseFileService(DatabaseService databases, IDatabaseStore registry, IDatabaseFileStore store, QuotaService quotas, AuditLog audit)
{
    /// <summary>Fails with database_not_found, wrong_database, scope_missing, forbidden for a key that is bound to tables, or as the store does.</summary>
    public async ValueTask<Result<DatabaseExport>> ExportAsync(Caller caller, DatabaseName name, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;
        if (TableService.Missing(caller, Scopes.RecordsRead | Scopes.SchemaRead) is { } missing)
            return missing;

        // It has every table, those that will be made while it is copied included.
        if (caller is KeyCaller { Key.Tables: not null })
            return new Error(ErrorCodes.Forbidden, "This API key is bound to tables, and an export has all.");
        return await store.ExportAsync(database, ct);
    }

    /// <summary>Fails as the store does.</summary>
    public async ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseName name, StripList strip, Stream body, CancellationToken ct)
    {
        if (caller.Revocation.IsRevoked)
            return DatabaseService.Revoked;

        // Before everything is sent: whether it is still free is decided at the end.
        if (await registry.FindAsync(caller.Id, name, ct) is not null)
            return new Error(ErrorCodes.DatabaseExists, $"You have a database '{name}' already.");
        var bounds = await quotas.OfAsync(caller.Id, ct);
        if (bounds.Check(Quota.Databases, await registry.CountAsync(caller.Id, ct) + 1) is { } exceeded)
            return exceeded;
        return await audit.RunAsync(
            new AuditEvent(caller.Id, AuditActor.Of(caller), AuditActions.DatabaseImport) { DatabaseName = name },
            () => store.ImportAsync(caller, id: null, name, bounds[Quota.Databases], strip, body, ct),
            made => made.Database.Id,
            ct);
    }
}
