namespace Nebula.Core.Databases.Files;

/// <summary>Databases as files. Thread-safe.</summary>
public interface IDatabaseFileStore
{
    /// <summary>
    /// A copy as the database is at one moment; writers go on meanwhile. Fails with database_not_found, busy, unavailable or storage_full.
    /// </summary>
    ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct);

    /// <summary>
    /// Makes an independent copy of a database as it is at one moment; writers go on meanwhile. It is there as a whole when the task completes, and after a crash as a whole or not at all. Fails with
    /// database_not_found, database_exists, user_not_found, unauthenticated when the credential ended meanwhile, busy, unavailable or storage_full.
    /// </summary>
    /// <param name="id">Of the copy: one that was taken for it.</param>
    /// <param name="most">How many databases the account may have; null for any number.</param>
    /// <param name="progress">Is told how far it is, from 0 to 1, where that is known.</param>
    ValueTask<Result<Database>> BranchAsync(Database source, AccountCaller caller, DatabaseId id, DatabaseName name, long? most, IProgress<double> progress, CancellationToken ct);

    /// <summary>
    /// Makes a database of a file that is taken for hostile: nothing of its pages is used, only what was read from them and checked. It is there as a whole when the task completes,
    /// and after a crash as a whole or not at all. Fails with invalid_body, saying why, with database_exists, quota_exceeded, user_not_found or storage_full.
    /// </summary>
    /// <param name="id">One that was taken for it; null for the next.</param>
    /// <param name="most">How many databases the account may have; null for any number.</param>
    ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseId? id, DatabaseName name, long? most, StripList strip, Stream body, CancellationToken ct);
}
