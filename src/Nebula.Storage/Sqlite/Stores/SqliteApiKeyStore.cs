using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Metadata;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>API keys in the metadata.</summary>
internal sealed class SqliteApiKeyStore(MetadataDatabase metadata) : IApiKeyStore
{
    private const string Columns = "key_id, database_id, name, prefix, lookup_key, secret_hash, scopes, tables, created_at, expires_at, last_used_at";

    public ValueTask<ApiKey?> FindAsync(string lookupKey, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query($"SELECT {Columns} FROM api_keys WHERE lookup_key = $key", Map, ("$key", lookupKey)).FirstOrDefault(), ct);

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(DatabaseId database, CancellationToken ct) => await metadata.ReadAsync(
        c => c.Query($"SELECT {Columns} FROM api_keys WHERE database_id = $database ORDER BY rowid", Map, ("$database", database.Value)), ct);

    public async ValueTask<IReadOnlyDictionary<DatabaseId, ApiKey>> ListNamedAsync(IReadOnlyList<Database> databases, string name, CancellationToken ct)
    {
        var ids = JsonSerializer.Serialize(databases.Select(d => d.Id.Value).ToArray(), StorageJson.Default.Int64Array);
        var keys = await metadata.ReadAsync(
            c => c.Query(
                $"SELECT {Columns} FROM api_keys WHERE name = $name AND database_id IN (SELECT value FROM json_each($ids))", Map, ("$name", name), ("$ids", ids)),
            ct);
        return keys.ToDictionary(k => k.DatabaseId);
    }

    public async ValueTask<Result<Done>> AddAsync(ApiKey key, CancellationToken ct)
    {
        try
        {
            // The database may be under deletion by now; its keys went with its entry's state.
            var added = await metadata.WriteAsync(
                c => c.Execute(
                    $"""
                    INSERT INTO api_keys ({Columns})
                    SELECT $id, database_id, $name, $prefix, $lookup, $hash, $scopes, $tables, $created, $expires, NULL
                    FROM databases WHERE database_id = $database AND state <> 'deleting'
                    """,
                    [("$database", key.DatabaseId.Value), ("$prefix", key.Prefix), ("$lookup", key.LookupKey), ("$hash", key.SecretHash),
                     ("$created", Timestamps.ToText(key.CreatedAt)), .. Changeable(key)]),
                ct);
            return added == 1 ? new Done() : new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return Exists(key);
        }
    }

    public async ValueTask<Result<Done>> UpdateAsync(ApiKey key, CancellationToken ct)
    {
        try
        {
            var changed = await metadata.WriteAsync(
                c => c.Execute(
                    "UPDATE api_keys SET name = $name, scopes = $scopes, tables = $tables, expires_at = $expires WHERE key_id = $id", Changeable(key)),
                ct);
            return changed == 1 ? new Done() : NotFound;
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return Exists(key);
        }
    }

    public async ValueTask<Result<Done>> RemoveAsync(DatabaseId database, ApiKeyId id, CancellationToken ct)
    {
        var removed = await metadata.WriteAsync(
            c => c.Execute("DELETE FROM api_keys WHERE key_id = $id AND database_id = $database", ("$id", id.Value), ("$database", database.Value)), ct);
        return removed == 1 ? new Done() : NotFound;
    }

    public async ValueTask NoteUseAsync(IReadOnlyCollection<(ApiKeyId Id, DateTimeOffset At)> uses, CancellationToken ct) => await metadata.WriteAsync(
        c =>
        {
            foreach (var (id, at) in uses)
                c.Execute("UPDATE api_keys SET last_used_at = $at WHERE key_id = $id", ("$id", id.Value), ("$at", Timestamps.ToText(at)));
            return true;
        },
        ct);

    private static (string, object?)[] Changeable(ApiKey key) =>
    [
        ("$id", key.Id.Value),
        ("$name", key.Name),
        ("$scopes", (int)key.Scopes),
        ("$tables", key.Tables is null ? null : JsonSerializer.Serialize(key.Tables.Select(t => t.Value).ToArray(), StorageJson.Default.Int64Array)),
        ("$expires", key.ExpiresAt is { } expiry ? Timestamps.ToText(expiry) : null),
    ];

    private static ApiKey Map(SqliteDataReader r) => new(
        new ApiKeyId(r.GetString(0)),
        new DatabaseId(r.GetInt64(1)),
        r.GetString(2),
        r.GetString(3),
        r.GetString(4),
        (byte[])r.GetValue(5),
        (Scopes)r.GetInt32(6),
        r.IsDBNull(7) ? null : [.. JsonSerializer.Deserialize(r.GetString(7), StorageJson.Default.Int64Array)!.Select(t => new TableId(t))], // written by Nebula: an array
        r.GetTime(8),
        r.GetTimeOrNull(9),
        r.GetTimeOrNull(10));

    private static Error Exists(ApiKey key) => new(ErrorCodes.KeyExists, $"The database has an API key named '{key.Name}' already.")
    {
        Hint = "Delete that one first, or choose another name.",
    };

    private static Error NotFound { get; } = new(ErrorCodes.KeyNotFound, "There is no such API key.");
}
