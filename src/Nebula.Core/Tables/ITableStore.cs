using Nebula.Core.Databases;

namespace Nebula.Core.Tables;

/// <summary>The tables of a database, read from the database itself. Thread-safe.</summary>
/// <remarks>Every member fails with database_not_found for one that is gone, and with busy or unavailable when it can't be opened now.</remarks>
public interface ITableStore
{
    /// <summary>The tables as they are, in the order of their creation, from memory once the database is open; Nebula's and the engine's own left out.</summary>
    /// <param name="fresh">Looks first whether another program changed the schema.</param>
    ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct);

    /// <summary>Makes a table; the same definition again changes nothing and succeeds. Fails with table_exists or quota_exceeded.</summary>
    /// <param name="most">How many tables the database may have; null for any number.</param>
    ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct);

    /// <summary>
    /// Changes a table, all or nothing. Fails with the stale table when it is no longer the one that the changes were read against; with table_exists, table_referenced,
    /// conflict; or with required, check_failed, unique_violation, foreign_key_violation, naming the records that stand in the way.
    /// </summary>
    ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct);

    /// <summary>Removes a table and its rows. Fails with table_not_found, or table_referenced while rows of another table refer to it.</summary>
    ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct);
}
