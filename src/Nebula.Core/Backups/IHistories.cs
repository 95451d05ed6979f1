using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>
/// The histories of databases in one place, by which each can be brought back to any moment that they reach. Methods throw <see cref="UnavailableException"/> when the place can't be reached, with a message for the
/// operator. Thread-safe.
/// </summary>
public interface IHistories
{
    /// <summary>
    /// Makes a new database of one as it was at a moment: as a whole, also after a crash, or not at all. Fails with database_not_found when there is no history of it, with invalid_parameter when the history does not
    /// go back so far, saying how far it does, and with database_exists, user_not_found or backup_unreadable.
    /// </summary>
    /// <param name="ownerEmail">Of the account that owned it then. It need not be there any more, nor the database.</param>
    ValueTask<Result<RestoredDatabase>> RestoreAsync(string ownerEmail, DatabaseName database, DateTimeOffset at, UserId owner, DatabaseName name, CancellationToken ct);

    /// <summary>Brings everything as it was at a moment into an empty server. Fails with conflict when the server has accounts, with busy, invalid_parameter, database_not_found or backup_unreadable.</summary>
    ValueTask<Result<HistoryReport>> RestoreAllAsync(DateTimeOffset at, IProgress<BackupProgress> progress, CancellationToken ct);
}
