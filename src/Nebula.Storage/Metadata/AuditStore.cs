using System.Data.Common;
using System.Text.Json;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Storage.Metadata;

/// <summary>The audit log in the metadata.</summary>
internal sealed class AuditStore(IMetadata metadata, TimeProvider clock) : IAuditStore
{
    /// <summary>How many old entries go at once, so that nobody waits for long.</summary>
    private const int RemovedAtOnce = 5000;

    private const string Columns = "audit_id, at, owner_id, actor_kind, actor_id, actor_name, action, database_id, database_name, subject, changes, is_done";

    private readonly string _audit = metadata.Table("audit");

    public async ValueTask<long> BeginAsync(AuditEvent what, CancellationToken ct)
    {
        var ids = await metadata.WriteAsync(
            s => s.QueryAsync(
                $"""
                INSERT INTO {_audit} (at, owner_id, actor_kind, actor_id, actor_name, action, database_id, database_name, subject, changes)
                VALUES (@at, @owner, @kind, @actor, @actor_name, @action, nullif(@database, 0), @name, @subject, @changes) RETURNING audit_id
                """,
                r => r.GetInt64(0),
                ("@at", Timestamps.ToText(clock.GetUtcNow())), ("@owner", what.Owner.ToString()), ("@kind", what.Actor.Kind), ("@actor", what.Actor.Id), ("@actor_name", what.Actor.Name),
                ("@action", what.Action), ("@database", what.DatabaseId?.Value ?? 0L), ("@name", what.DatabaseName?.Value), ("@subject", what.Subject), ("@changes", ChangesOf(what))),
            ct);
        return ids[0];
    }

    public async ValueTask EndAsync(long id, DatabaseId? made, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"UPDATE {_audit} SET is_done = 1, database_id = coalesce(database_id, nullif(@made, 0)) WHERE audit_id = @id", ("@id", id), ("@made", made?.Value ?? 0L)),
        ct);

    public async ValueTask RemoveAsync(long id, CancellationToken ct) =>
        await metadata.WriteAsync(s => s.ExecuteAsync($"DELETE FROM {_audit} WHERE audit_id = @id", ("@id", id)), ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(UserId owner, DatabaseName? database, long before, int limit, CancellationToken ct)
    {
        var named = database is null ? "" : $"AND {metadata.IsNamed("database_name", "@name")}";
        return await metadata.ReadAsync(
            s => s.QueryAsync(
                $"SELECT {Columns} FROM {_audit} WHERE owner_id = @owner AND audit_id < @before {named} ORDER BY audit_id DESC LIMIT @limit",
                Map,
                [("@owner", owner.ToString()), ("@before", before), ("@limit", limit), .. database is { } name ? [("@name", (object?)MetadataSession.Fold(name.Value))] : Array.Empty<(string, object?)>()]),
            ct);
    }

    public async ValueTask<DateTimeOffset?> FindLastAsync(UserId owner, string action, DatabaseId? database, CancellationToken ct)
    {
        var times = await metadata.ReadAsync(
            s => s.QueryAsync(
                $"SELECT at FROM {_audit} WHERE owner_id = @owner AND action = @action AND (@database = 0 OR database_id = @database) ORDER BY audit_id DESC LIMIT 1",
                r => r.GetTime(0), ("@owner", owner.ToString()), ("@action", action), ("@database", database?.Value ?? 0L)),
            ct);
        return times.Count == 0 ? null : times[0];
    }

    public async ValueTask<int> RemoveOlderAsync(DateTimeOffset than, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"DELETE FROM {_audit} WHERE audit_id IN (SELECT audit_id FROM {_audit} WHERE at < @than ORDER BY at LIMIT @limit)", ("@than", Timestamps.ToText(than)), ("@limit", RemovedAtOnce)),
        ct);

    private static string? ChangesOf(AuditEvent what) => what.Changes.Count == 0 ? null : JsonSerializer.Serialize([.. what.Changes], StorageJson.Default.StringArray);

    private static AuditEntry Map(DbDataReader r) => new(
        r.GetInt64(0),
        r.GetTime(1),
        new AuditEvent(new UserId(Guid.Parse(r.GetString(2))), new AuditActor(r.GetString(3), r.GetString(4), TextOrNull(r, 5)), r.GetString(6))
        {
            DatabaseId = r.IsDBNull(7) ? null : new DatabaseId(r.GetInt64(7)),
            DatabaseName = r.IsDBNull(8) ? null : RegisteredDatabases.NameOf(r.GetString(8)),
            Subject = TextOrNull(r, 9),
            Changes = r.IsDBNull(10) ? [] : JsonSerializer.Deserialize(r.GetString(10), StorageJson.Default.StringArray)!, // written by Nebula: an array
        },
        r.GetInt32(11) == 1);

    private static string? TextOrNull(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
