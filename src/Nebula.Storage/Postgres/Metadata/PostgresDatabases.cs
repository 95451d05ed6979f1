using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Metadata;
using Nebula.Storage.Moving;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>The databases' entries where a database is a schema on the same server: a change is one transaction, but for the removal of what may be many tables.</summary>
internal sealed class PostgresDatabases(IMetadata metadata, TimeProvider clock, ILogger<PostgresDatabases> logger)
{
    /// <summary>Tables that one transaction removes: each takes locks for itself, its indexes and its sequences, of which a server has a bounded number.</summary>
    private const int Portion = 16;

    private const string Databases = "nebula.databases";

    /// <summary>Gives a database another name. Fails with database_exists, database_not_found, or busy while its data are being moved.</summary>
    public async ValueTask<Result<Database>> RenameAsync(DatabaseId id, DatabaseName name, CancellationToken ct)
    {
        try
        {
            return await metadata.WriteAsync<Result<Database>>(
                async s => await RefusalAsync(s, id) is { } refusal
                    ? refusal
                    : (await s.QueryAsync(
                        $"UPDATE {Databases} SET db_name = @name, updated_at = @now WHERE database_id = @id RETURNING {RegisteredDatabases.Columns}",
                        RegisteredDatabases.Map, ("@id", id.Value), ("@name", name.Value), ("@now", Timestamps.ToText(clock.GetUtcNow()))))[0],
                ct);
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return RegisteredDatabases.Exists(name);
        }
    }

    /// <summary>Removes a database, its keys and its schema. What a crash or a leaving client cuts short, any server finishes. Fails with database_not_found, or busy while its data are being moved.</summary>
    /// <param name="placement">Where the caller knows its data to be, or else a move that ended meanwhile would leave them behind: then it is busy too.</param>
    public async ValueTask<Result<Done>> RemoveAsync(DatabaseId id, PlacementName placement, CancellationToken ct)
    {
        var refusal = await metadata.WriteAsync(
            async s =>
            {
                if (await RefusalAsync(s, id, placement) is { } refusal)
                    return refusal;
                await s.ExecuteAsync($"UPDATE {Databases} SET state = 'deleting' WHERE database_id = @id", ("@id", id.Value));
                await s.ExecuteAsync("DELETE FROM nebula.api_keys WHERE database_id = @id", ("@id", id.Value));
                return null;
            },
            ct);
        if (refusal is not null)
            return refusal;

        // Out of reach for good from here on.
        await TryFinishAsync(id, CancellationToken.None);
        return new Done();
    }

    /// <summary>Finishes the removals that were cut short.</summary>
    public async ValueTask FinishRemovalsAsync(CancellationToken ct)
    {
        var unfinished = await metadata.ReadAsync(s => s.QueryAsync($"SELECT database_id FROM {Databases} WHERE state = 'deleting' ORDER BY 1", r => new DatabaseId(r.GetInt64(0))), ct);
        foreach (var id in unfinished)
        {
            if (await TryFinishAsync(id, ct))
                StorageLog.ChangeFinished(logger, "deletion", id);
        }
    }

    private async ValueTask<bool> TryFinishAsync(DatabaseId id, CancellationToken ct)
    {
        try
        {
            while (await metadata.WriteAsync(s => RemovePortionAsync(s, id), ct))
            {
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is in the way of one, a table that an operator made there say: the others are to be removed, and the server to start, all the same.
            StorageLog.ChangeNotFinished(logger, e, id);
            return false;
        }
    }

    /// <summary>Removes some of the tables, and with the last of them the schema and the entry. False when nothing is left.</summary>
    private static async ValueTask<bool> RemovePortionAsync(MetadataSession session, DatabaseId id)
    {
        // One server at a time.
        var entry = await session.QueryAsync($"SELECT 1 FROM {Databases} WHERE database_id = @id AND state = 'deleting' FOR UPDATE", _ => true, ("@id", id.Value));
        if (entry.Count == 0)
            return false;

        // The names come from the server's own catalogue, quoted by it.
        var schema = SchemaOf(id);
        var tables = await session.QueryAsync(
            $"""
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @schema AND c.relkind IN ('r', 'p') ORDER BY c.oid LIMIT {Portion}
            """,
            r => r.GetString(0), ("@schema", schema));
        if (tables.Count > 0)
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {string.Join(", ", tables)} CASCADE");
        if (tables.Count == Portion)
            return true;
        await session.ExecuteAsync($"DROP SCHEMA IF EXISTS {schema} CASCADE");
        await session.ExecuteAsync($"DELETE FROM {Databases} WHERE database_id = @id", ("@id", id.Value));
        return false;
    }

    /// <summary>Why a database can't be renamed or removed now. If it can, that stays so until the transaction ends: a move has to hold the entry to begin. A removal's own note is no move.</summary>
    private static async ValueTask<Error?> RefusalAsync(MetadataSession session, DatabaseId id, PlacementName? placement = null)
    {
        var placements = await session.QueryAsync($"SELECT placement FROM {Databases} WHERE database_id = @id AND state <> 'deleting' FOR UPDATE", r => r.GetString(0), ("@id", id.Value));
        if (placements.Count == 0)
            return Gone;
        if (placement is { } known && placements[0] != known.Value)
            return MoveRegistry.Busy;

        // Asked in a statement of its own: it sees what was committed while the first one waited.
        var moves = await session.QueryAsync($"SELECT 1 FROM nebula.moves WHERE database_id = @id AND stage <> '{MoveRegistry.Removing}'", _ => true, ("@id", id.Value));
        return moves.Count > 0 ? MoveRegistry.Busy : null;
    }

    private static string SchemaOf(DatabaseId id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"db_{id.Value}");

    private static Error Gone { get; } = new(ErrorCodes.DatabaseNotFound, "The database was deleted.");
}
