using System.Data.Common;
using System.Text.Json;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Storage.Metadata;

/// <summary>API keys in the metadata.</summary>
internal sealed class ApiKeyStore(IMetadata metadata) : IApiKeyStore
{
    private const string Columns = "key_id, database_id, name, prefix, lookup_key, secret_hash, scopes, tables, created_at, expires_at, last_used_at";

    private readonly string _keys = metadata.Table("api_keys");

    public ValueTask<ApiKey?> FindAsync(string lookupKey, CancellationToken ct) => metadata.ReadAsync(
        s => s.FindAsync($"SELECT {Columns} FROM {_keys} WHERE lookup_key = @key", Map, ("@key", lookupKey)), ct);

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(DatabaseId database, CancellationToken ct) => await metadata.ReadAsync(
        s => s.QueryAsync($"SELECT {Columns} FROM {_keys} WHERE database_id = @database ORDER BY rowid", Map, ("@database", database.Value)), ct);

    public async ValueTask<IReadOnlyDictionary<DatabaseId, ApiKey>> ListNamedAsync(IReadOnlyList<Database> databases, string name, CancellationToken ct)
    {
        var ids = JsonSerializer.Serialize(databases.Select(d => d.Id.Value).ToArray(), StorageJson.Default.Int64Array);
        var keys = await metadata.ReadAsync(
            s => s.QueryAsync(
                $"SELECT {Columns} FROM {_keys} WHERE {metadata.IsNamed("name", "@name")} AND {metadata.IsAnyOf("database_id", "@ids")}",
                Map, ("@name", MetadataSession.Fold(name)), ("@ids", ids)),
            ct);
        return keys.ToDictionary(k => k.DatabaseId);
    }

    public async ValueTask<Result<Done>> AddAsync(ApiKey key, CancellationToken ct)
    {
        try
        {
            // The database may be under deletion by now; its keys went with its entry's state.
            var added = await metadata.WriteAsync(
                s => s.ExecuteAsync(
                    $"""
                    INSERT INTO {_keys} ({Columns})
                    SELECT @id, database_id, @name, @prefix, @lookup, @hash, @scopes, @tables, @created, @expires, NULL
                    FROM {metadata.Table("databases")} WHERE database_id = @database AND state <> 'deleting'{metadata.HoldingRows}
                    """,
                    [("@database", key.DatabaseId.Value), ("@prefix", key.Prefix), ("@lookup", key.LookupKey), ("@hash", key.SecretHash),
                     ("@created", Timestamps.ToText(key.CreatedAt)), .. Changeable(key)]),
                ct);
            return added == 1 ? new Done() : new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return Exists(key);
        }
    }

    public async ValueTask<Result<Done>> UpdateAsync(ApiKey current, ApiKey changed, CancellationToken ct)
    {
        try
        {
            return await metadata.WriteAsync<Result<Done>>(
                async s =>
                {
                    var count = await s.ExecuteAsync(
                        $"""
                        UPDATE {_keys} SET name = @name, scopes = @scopes, tables = @tables, expires_at = @expires
                        WHERE key_id = @id AND name = @old_name AND scopes = @old_scopes AND tables IS NOT DISTINCT FROM @old_tables AND expires_at IS NOT DISTINCT FROM @old_expires
                        """,
                        [("@old_name", current.Name), ("@old_scopes", (int)current.Scopes), ("@old_tables", TablesOf(current)), ("@old_expires", ExpiryOf(current)), .. Changeable(changed)]);
                    if (count == 1)
                        return new Done();
                    var found = await s.QueryAsync($"SELECT 1 FROM {_keys} WHERE key_id = @id", _ => true, ("@id", changed.Id.Value));
                    return found.Count == 0 ? NotFound : ChangedMeanwhile;
                },
                ct);
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return Exists(changed);
        }
    }

    public async ValueTask<Result<Done>> RemoveAsync(DatabaseId database, ApiKeyId id, CancellationToken ct)
    {
        var removed = await metadata.WriteAsync(
            s => s.ExecuteAsync($"DELETE FROM {_keys} WHERE key_id = @id AND database_id = @database", ("@id", id.Value), ("@database", database.Value)), ct);
        return removed == 1 ? new Done() : NotFound;
    }

    public async ValueTask NoteUseAsync(IReadOnlyCollection<(ApiKeyId Id, DateTimeOffset At)> uses, CancellationToken ct) => await metadata.WriteAsync(
        async s =>
        {
            // In one order, so that two servers never wait for each other; and never back in time, which another server may have noted later.
            foreach (var (id, at) in uses.OrderBy(use => use.Id.Value, StringComparer.Ordinal))
            {
                await s.ExecuteAsync(
                    $"UPDATE {_keys} SET last_used_at = @at WHERE key_id = @id AND (last_used_at IS NULL OR last_used_at < @at)", ("@id", id.Value), ("@at", Timestamps.ToText(at)));
            }

            return true;
        },
        ct);

    private static (string, object?)[] Changeable(ApiKey key) =>
        [("@id", key.Id.Value), ("@name", key.Name), ("@scopes", (int)key.Scopes), ("@tables", TablesOf(key)), ("@expires", ExpiryOf(key))];

    private static string? TablesOf(ApiKey key) =>
        key.Tables is null ? null : JsonSerializer.Serialize(key.Tables.Select(t => t.Value).ToArray(), StorageJson.Default.Int64Array);

    private static string? ExpiryOf(ApiKey key) => key.ExpiresAt is { } expiry ? Timestamps.ToText(expiry) : null;

    private static ApiKey Map(DbDataReader r) => new(
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

    private static Error ChangedMeanwhile { get; } = new(ErrorCodes.Conflict, "The API key was changed by another request meanwhile.") { Hint = "Send the request again." };
}
