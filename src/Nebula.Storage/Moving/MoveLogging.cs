using Microsoft.Extensions.Logging;
using Nebula.Core.Databases;

namespace Nebula.Storage.Moving;

/// <summary>What moves have to say to the operator.</summary>
internal static partial class MoveLogging
{
    [LoggerMessage(1101, LogLevel.Information, "Database {Database} is being moved from {Source} to {Target}")]
    public static partial void Began(ILogger logger, DatabaseId database, string source, string target);

    [LoggerMessage(1102, LogLevel.Information, "Database {Database} is in {Target} now, verified with {Records} records; writes waited {WaitedMs} ms")]
    public static partial void Moved(ILogger logger, DatabaseId database, string target, long records, double waitedMs);

    [LoggerMessage(1103, LogLevel.Warning, "The move of database {Database} was broken off; it serves on where it is")]
    public static partial void BrokenOff(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1104, LogLevel.Warning, "Took over what a process that ended has left of database {Database} at the stage {Stage}")]
    public static partial void TakenOver(ILogger logger, DatabaseId database, string stage);

    [LoggerMessage(1105, LogLevel.Warning, "What a move or removal of database {Database} has left could not be cleaned up; it is tried again")]
    public static partial void NotCleaned(ILogger logger, Exception exception, DatabaseId database);

    [LoggerMessage(1106, LogLevel.Warning, "What a move of database {Database} from {Source} to {Target} has left can't be cleaned up here: this server does not have both placements")]
    public static partial void LeftBehind(ILogger logger, DatabaseId database, string source, string target);
}
