using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>What the engine asks and notes of databases in the metadata, which lie on the same server: in the transaction of what it notes.</summary>
internal sealed class DatabaseEntries(TimeProvider clock)
{
    public static Error NotFound { get; } = new(ErrorCodes.DatabaseNotFound, "The database was deleted.");

    /// <summary>Where a database stands; null for one that is gone.</summary>
    public static ValueTask<DatabaseState?> FindStateAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct) => FindStateAsync(connection, id, "", ct);

    /// <summary>The same, and nobody else changes the database's schema, renames or removes it until the open transaction ends.</summary>
    public static ValueTask<DatabaseState?> LockAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct) => FindStateAsync(connection, id, " FOR NO KEY UPDATE", ct);

    /// <summary>Notes that a database has a schema, and how many tables.</summary>
    public async ValueTask NoteAsync(NpgsqlConnection connection, DatabaseId id, PostgresDialect dialect, CancellationToken ct)
    {
        await using var update = new NpgsqlCommand(
            $"UPDATE nebula.databases SET state = 'created', tables = (SELECT count(*) FROM {dialect.Table(OwnTables.Tables)}), updated_at = $2 WHERE database_id = $1", connection);
        update.Parameters.Add(Binding.Of(id.Value));
        update.Parameters.Add(Binding.Of(Timestamps.ToText(clock.GetUtcNow())));
        await update.ExecuteNonQueryAsync(ct);
    }

    private static async ValueTask<DatabaseState?> FindStateAsync(NpgsqlConnection connection, DatabaseId id, string locking, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand($"SELECT state FROM nebula.databases WHERE database_id = $1 AND state <> 'deleting'{locking}", connection);
        select.Parameters.Add(Binding.Of(id.Value));
        return await select.ExecuteScalarAsync(ct) is string state ? Enum.Parse<DatabaseState>(state, ignoreCase: true) : null;
    }
}
