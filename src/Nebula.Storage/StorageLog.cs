using Microsoft.Extensions.Logging;
using Nebula.Core.Backups;
using Nebula.Core.Databases;

namespace Nebula.Storage;

/// <summary>What the storage has to say to the operator.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1001, LogLevel.Error, "A batch of writes to database {Database} failed; none of it was acknowledged")]
    public static partial void BatchFailed(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1002, LogLevel.Error, "A write to database {Database} failed by a fault of the program")]
    public static partial void OperationFailed(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1003, LogLevel.Warning, "The log of database {Database} could not be copied into its file; it is kept")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1004, LogLevel.Error, "Database {Database} is quarantined: {Reason}")]
    public static partial void Quarantined(ILogger logger, DatabaseId database, string reason);

    [LoggerMessage(1005, LogLevel.Information, "Database {Database} serves again")]
    public static partial void Recovered(ILogger logger, DatabaseId database);

    [LoggerMessage(1006, LogLevel.Warning, "Database {Database} could not be opened")]
    public static partial void OpenFailed(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1007, LogLevel.Warning, "Idle databases could not be closed")]
    public static partial void IdleSweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(1008, LogLevel.Information, "Finished the {Change} of database {Database} that was under way when the server stopped")]
    public static partial void ChangeFinished(ILogger logger, string change, DatabaseId database);

    [LoggerMessage(1009, LogLevel.Information, "Applied migration {Number} {Name}")]
    public static partial void MigrationApplied(ILogger logger, int number, string name);

    [LoggerMessage(1010, LogLevel.Warning, "Upgrading a data directory of v0.2; a copy of its metadata, with keys in clear text, is kept in {Snapshot}: delete it when all is well")]
    public static partial void Upgrading(ILogger logger, string snapshot);

    [LoggerMessage(1011, LogLevel.Warning, "Upgrade: {Message}")]
    public static partial void UpgradeNotice(ILogger logger, string message);

    [LoggerMessage(1012, LogLevel.Warning, "The number of tables of database {Database} could not be noted in the metadata")]
    public static partial void TablesNotNoted(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1013, LogLevel.Error, "What was under way with database {Database} when the server stopped could not be finished; the next start tries again")]
    public static partial void ChangeNotFinished(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1014, LogLevel.Warning, "What other servers change can't be followed; until it can, keys, accounts and schemas are looked up again twice a second")]
    public static partial void ChangesNotFollowed(ILogger logger, Exception exception);

    [LoggerMessage(1015, LogLevel.Information, "What other servers change is followed again")]
    public static partial void ChangesFollowed(ILogger logger);

    [LoggerMessage(1016, LogLevel.Error, "{Work} failed; it is tried again")]
    public static partial void PeriodicWorkFailed(ILogger logger, Exception exception, string work);

    [LoggerMessage(1017, LogLevel.Warning, "PostgreSQL failed with {SqlState} for database {Database}; {Count} failed so since this was said last")]
    public static partial void ServerFault(ILogger logger, string sqlState, DatabaseId database, int count);

    [LoggerMessage(1018, LogLevel.Warning, "PostgreSQL failed with {SqlState} for the metadata; {Count} failed so since this was said last")]
    public static partial void ServerFaultOfMetadata(ILogger logger, string sqlState, int count);

    [LoggerMessage(1019, LogLevel.Debug, "A statement did not fit the schema of database {Database} ({SqlState}), which is read anew")]
    public static partial void StatementUnfit(ILogger logger, string sqlState, DatabaseId database);

    [LoggerMessage(1020, LogLevel.Warning, "What was written of the backup {Backup} before it failed could not be removed")]
    public static partial void BackupNotTidied(ILogger logger, Exception exception, BackupId backup);
}
