using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>What the engine asks and notes of databases in the metadata. Thread-safe.</summary>
internal abstract class DatabaseEntries
{
    protected static Error NotFound { get; } = new(ErrorCodes.DatabaseNotFound, "The database was deleted.");

    /// <summary>
    /// Where a database stands. Where the metadata are on the same server, nobody else changes its schema, renames, moves or removes it until the open transaction of the connection ends. Fails with
    /// database_not_found, or <see cref="Error.StaleTable"/> itself for one that was moved elsewhere.
    /// </summary>
    public abstract ValueTask<Result<DatabaseState>> LockAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct);

    /// <summary>Notes that a database has a schema, and how many tables.</summary>
    public abstract ValueTask NoteAsync(NpgsqlConnection connection, DatabaseId id, PostgresDialect dialect, CancellationToken ct);

    /// <summary>After the commit of what was noted: tells the other servers, where that did not go with the commit itself. Never throws what keeps the change from being told as done.</summary>
    public virtual ValueTask TellAsync(DatabaseId id, CancellationToken ct) => default;

    /// <summary>Whether the database's data are in another placement by now.</summary>
    public abstract ValueTask<bool> IsElsewhereAsync(DatabaseId id, CancellationToken ct);

    /// <summary>Makes this server look a database up anew; set by whoever keeps such look-ups.</summary>
    public Func<DatabaseId, ValueTask> Moved { get; set; } = _ => default;
}
