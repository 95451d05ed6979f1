using Microsoft.Extensions.Logging;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What is said to the operator about histories.</summary>
internal static partial class HistoryLog
{
    [LoggerMessage(1301, LogLevel.Warning, "The history of database {Database} has a gap: {Reason}. A new one begins as soon as it can")]
    public static partial void Ended(ILogger logger, string database, string reason);

    [LoggerMessage(1302, LogLevel.Warning, "Histories can't be shipped to {Location}: {Reason} Writes go on; it is tried again")]
    public static partial void Away(ILogger logger, string location, string reason);

    [LoggerMessage(1303, LogLevel.Information, "Histories are shipped to {Location} again")]
    public static partial void Back(ILogger logger, string location);

    [LoggerMessage(1304, LogLevel.Error, "The history of database {Database} could not be shipped; it is tried again")]
    public static partial void NotShipped(ILogger logger, Exception exception, string database);

    [LoggerMessage(1305, LogLevel.Warning, "The log of the metadata could not be copied into its file; it is kept")]
    public static partial void MetadataNotCheckpointed(ILogger logger, Exception exception);

    [LoggerMessage(1306, LogLevel.Information, "The history of database {Database} ends: {Reason}")]
    public static partial void Left(ILogger logger, string database, string reason);

    [LoggerMessage(1307, LogLevel.Warning, "The description {Name} of a copy can't be read, so nothing is restored from it: {Reason}")]
    public static partial void CopyUnreadable(ILogger logger, string name, string reason);

    [LoggerMessage(1308, LogLevel.Warning, "The times of commits can't be kept over a crash: {Reason}")]
    public static partial void NoCommitTimes(ILogger logger, string reason);
}
