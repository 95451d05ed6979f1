using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Files;

namespace Nebula.Storage.Backups;

/// <summary>What backups need of the engine that keeps the metadata. Files are SQLite files in its spool. Thread-safe.</summary>
internal interface IBackupEngine
{
    /// <summary>Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where nothing can be written.</summary>
    SpoolDirectory Spool { get; }

    /// <summary>Whether a file that is restored becomes that of the database.</summary>
    bool KeepsFiles { get; }

    /// <summary>Where databases are restored to.</summary>
    PlacementName Placement { get; }

    /// <summary>Makes the caller the only one, of all servers on the same data, that does what must not be done twice at once; null while another does. Disposing ends that.</summary>
    ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct);

    /// <summary>Writes accounts, keys and the entries of databases, as they are at one moment, into a new file with the schema of the migrations for SQLite.</summary>
    ValueTask SaveMetadataAsync(string file, CancellationToken ct);

    /// <summary>Whether there is no account.</summary>
    ValueTask<bool> IsEmptyAsync(CancellationToken ct);

    /// <summary>Takes all of such a file over in one transaction. Fails with conflict when there are accounts by now.</summary>
    ValueTask<Result<Done>> LoadMetadataAsync(string file, CancellationToken ct);

    /// <summary>Puts the data of a database in place that the metadata do not know yet, over what an attempt before left there.</summary>
    ValueTask<Result<Done>> PlaceAsync(Database database, string file, CancellationToken ct);

    /// <summary>Takes back what was placed. Does nothing where nothing was.</summary>
    ValueTask TakeBackAsync(Database database, CancellationToken ct);

    /// <summary>Makes a new database, as a whole or not at all. Fails with database_exists or user_not_found.</summary>
    ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, string file, CancellationToken ct);

    /// <summary>Puts the data of a database in the place of those that it has, as a whole or not at all. Fails with database_not_found, busy, or conflict when its data are in another placement.</summary>
    ValueTask<Result<Database>> ReplaceAsync(Database database, string file, CancellationToken ct);
}
