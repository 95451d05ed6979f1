using System.Text.Json;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Records;

namespace Nebula.Core.Tables;

/// <summary>Tables, and the one authorizer: every way to records passes <see cref="OpenAsync"/>.</summary>
public sealed class TableService(ITableStore store, DatabaseService databases, QuotaService quotas, AuditLog audit)
{
    /// <summary>
    /// The table, if the caller may do with it what <paramref name="scope"/> says. Fails with database_not_found, wrong_database,
    /// scope_missing, forbidden or table_not_found.
    /// </summary>
    public ValueTask<Result<OpenTable>> OpenAsync(Caller caller, DatabaseName database, TableName name, Scopes scope, CancellationToken ct)
    {
        // Answered from memory for an open database; then nothing here is asynchronous.
        var opened = databases.OpenAsync(caller, database, ct);
        if (!opened.IsCompletedSuccessfully)
            return AwaitDatabaseAsync(opened, caller, name, scope, ct);
        return opened.Result.TryGet(out var found, out var error) ? OpenInAsync(found, caller, name, scope, ct) : new(error);
    }

    /// <summary>One table's definition. Fails with table_not_found, scope_missing or forbidden.</summary>
    public ValueTask<Result<Table>> GetAsync(Caller caller, DatabaseName database, TableName name, CancellationToken ct) =>
        Staleness.RetryAsync<Table>(async () => (await OpenAsync(caller, database, name, Scopes.SchemaRead, ct)).TryGet(out var table, out var error) ? table.Table : error, ct);

    /// <summary>The tables that the caller may see. Fails with scope_missing.</summary>
    public ValueTask<Result<(Database Database, IReadOnlyList<Table> Tables)>> ListAsync(Caller caller, DatabaseName database, CancellationToken ct) =>
        Staleness.RetryAsync<(Database, IReadOnlyList<Table>)>(async () =>
        {
            if (!(await OpenDatabaseAsync(caller, database, Scopes.SchemaRead, ct)).TryGet(out var found, out var error))
                return error;
            if (!(await store.GetSchemaAsync(found, fresh: true, ct)).TryGet(out var schema, out error))
                return error;
            return (found, caller is KeyCaller { Key.Tables: { } bound } ? [.. schema.Tables.Where(t => bound.Contains(t.Id))] : schema.Tables);
        }, ct);

    /// <summary>Makes a table. Fails with invalid_schema, table_exists, quota_exceeded, scope_missing, or forbidden for a key that is bound to tables.</summary>
    public async ValueTask<Result<Table>> CreateAsync(Caller caller, DatabaseName database, TableDefinition definition, CancellationToken ct)
    {
        if (!(await OpenForCreationAsync(caller, database, ct)).TryGet(out var found, out var error))
            return error;

        // The same definition again changes nothing, and so is no change to note.
        if ((await store.GetSchemaAsync(found, fresh: false, ct)).TryGet(out var schema, out _) && schema.Find(definition.Name.Value) is { } same
            && (ReferenceTargets.Resolve(definition, schema).TryGet(out var resolved, out _) ? resolved : definition).Describes(same))
            return same;
        var most = (await quotas.OfAsync(found.OwnerId, ct))[Quota.TablesPerDatabase];
        return await audit.RunAsync(
            AuditEvent.Of(caller, found, AuditActions.TableCreate) with { Subject = definition.Name.Value },
            () => Staleness.RetryAsync(
                async () => (await OpenForCreationAsync(caller, database, ct)).TryGet(out var current, out var refusal) ? await store.CreateAsync(caller, current, definition, most, ct) : refusal, ct),
            ct);
    }

    /// <summary>
    /// Changes a table, all or nothing; its records and its identity stay. Fails with invalid_schema, what the store fails with, table_not_found, scope_missing, forbidden or quota_exceeded.
    /// </summary>
    public async ValueTask<Result<Table>> AlterAsync(Caller caller, DatabaseName database, TableName name, JsonElement changes, CancellationToken ct)
    {
        if (!(await Staleness.RetryAsync(() => ReadAlterationAsync(caller, database, name, changes, ct), ct)).TryGet(out var first, out var error))
            return error;
        var (table, alteration) = first;
        if (alteration.AddedColumns.Count + alteration.AlteredColumns.Count + alteration.AddedIndexes.Count > 0 && await quotas.CheckBytesAsync(table.Database, ct) is { } full)
            return full;
        var what = AuditEvent.Of(caller, table.Database, AuditActions.TableAlter) with { Subject = table.Table.Name, Changes = [.. changes.EnumerateObject().Select(change => change.Name)] };
        return await audit.RunAsync(
            what,
            () => Staleness.RetryAsync(
                async () => (await ReadAlterationAsync(caller, database, name, changes, ct)).TryGet(out var current, out var refusal)
                    ? await store.AlterAsync(current.Table, current.Alteration, ct)
                    : refusal, ct),
            ct);
    }

    /// <summary>Removes a table. Fails with table_not_found, table_referenced, scope_missing or forbidden.</summary>
    public async ValueTask<Result<Done>> DropAsync(Caller caller, DatabaseName database, TableName name, CancellationToken ct)
    {
        if (!(await OpenAsync(caller, database, name, Scopes.SchemaWrite, ct)).TryGet(out var table, out var error))
            return error;
        return await audit.RunAsync(
            AuditEvent.Of(caller, table.Database, AuditActions.TableDelete) with { Subject = table.Table.Name },
            () => Staleness.RetryAsync(
                async () => (await OpenAsync(caller, database, name, Scopes.SchemaWrite, ct)).TryGet(out var current, out var refusal) ? await store.DropAsync(current, ct) : refusal, ct),
            ct);
    }

    private async ValueTask<Result<Database>> OpenForCreationAsync(Caller caller, DatabaseName database, CancellationToken ct)
    {
        if (!(await OpenDatabaseAsync(caller, database, Scopes.SchemaWrite, ct)).TryGet(out var found, out var error))
            return error;

        // A key bound to tables has no right on one that does not exist yet: deny by default.
        return caller is KeyCaller { Key.Tables: not null } ? TableForbidden : found;
    }

    private async ValueTask<Result<(OpenTable Table, TableAlteration Alteration)>> ReadAlterationAsync(
        Caller caller, DatabaseName database, TableName name, JsonElement changes, CancellationToken ct) =>
        (await OpenAsync(caller, database, name, Scopes.SchemaWrite, ct)).TryGet(out var table, out var error)
        && TableAlterationReader.Read(table.Table, table.Visible, changes).TryGet(out var alteration, out error)
            ? (table, alteration)
            : error!; // one of the two failed

    private async ValueTask<Result<Database>> OpenDatabaseAsync(Caller caller, DatabaseName name, Scopes scope, CancellationToken ct)
    {
        if (!(await databases.OpenAsync(caller, name, ct)).TryGet(out var database, out var error))
            return error;
        return Missing(caller, scope) is { } missing ? missing : database;
    }

    private async ValueTask<Result<OpenTable>> AwaitDatabaseAsync(
        ValueTask<Result<Database>> opened, Caller caller, TableName name, Scopes scope, CancellationToken ct) =>
        (await opened).TryGet(out var database, out var error) ? await OpenInAsync(database, caller, name, scope, ct) : error;

    private ValueTask<Result<OpenTable>> OpenInAsync(Database database, Caller caller, TableName name, Scopes scope, CancellationToken ct)
    {
        if (Missing(caller, scope) is { } missing)
            return new(missing);

        // Answered from memory for an open database. No local function may hold on to the arguments here: that would cost an object for each request.
        var got = store.GetSchemaAsync(database, fresh: false, ct);
        if (!got.IsCompletedSuccessfully)
            return AwaitSchemaAsync(got, caller, database, name, ct);
        var (table, schema, error) = Find(got.Result, name);
        return table is not null ? new(Check(caller, database, table, schema!)) // with a table there is its schema
            : error is null ? LookAgainAsync(caller, database, name, ct)
            : IsMoved(error) ? FollowAsync(caller, database, name, ct)
            : new(error);
    }

    private async ValueTask<Result<OpenTable>> AwaitSchemaAsync(
        ValueTask<Result<DatabaseSchema>> got, Caller caller, Database database, TableName name, CancellationToken ct)
    {
        var (table, schema, error) = Find(await got, name);
        return table is not null ? Check(caller, database, table, schema!) // with a table there is its schema
            : error is null ? await LookAgainAsync(caller, database, name, ct)
            : IsMoved(error) ? await FollowAsync(caller, database, name, ct)
            : error;
    }

    /// <summary>For a database that was moved elsewhere after it was looked up.</summary>
    private ValueTask<Result<OpenTable>> FollowAsync(Caller caller, Database database, TableName name, CancellationToken ct) =>
        Staleness.RetryAsync(async () => (await databases.OpenAsync(caller, database.Name, ct)).TryGet(out var found, out var error)
            ? await LookAgainAsync(caller, found, name, ct)
            : error, ct);

    private static bool IsMoved(Error error) => ReferenceEquals(error, Error.StaleTable);

    /// <summary>For a name that is not there: another program may have made that table since.</summary>
    private async ValueTask<Result<OpenTable>> LookAgainAsync(Caller caller, Database database, TableName name, CancellationToken ct)
    {
        var (table, schema, error) = Find(await store.GetSchemaAsync(database, fresh: true, ct), name);
        if (table is not null)
            return Check(caller, database, table, schema!); // with a table there is its schema

        // A key bound to tables gets one answer for what it may not touch and for what is not there.
        return error ?? (IsBound(caller) ? TableForbidden : new Error(ErrorCodes.TableNotFound, $"There is no table '{name}' in this database."));
    }

    private static (Table? Table, DatabaseSchema? Schema, Error? Error) Find(Result<DatabaseSchema> got, TableName name) =>
        got.TryGet(out var schema, out var error) ? (schema.Find(name.Value), schema, null) : (null, null, error);

    private static bool IsBound(Caller caller) => caller is KeyCaller { Key.Tables: not null };

    private static Result<OpenTable> Check(Caller caller, Database database, Table table, DatabaseSchema schema) =>
        caller is KeyCaller { Key.Tables: { } bound } && !bound.Contains(table.Id) ? TableForbidden : new OpenTable(caller, database, table, schema);

    internal static Error? Missing(Caller caller, Scopes scope) =>
        caller is KeyCaller key && (key.Key.Scopes & scope) != scope
            ? new Error(ErrorCodes.ScopeMissing, $"This API key lacks the scope {string.Join(", ", ScopeNames.Of(scope))}.")
            : null;

    private static Error TableForbidden { get; } = new(ErrorCodes.Forbidden, "This API key may not use that table.");
}
