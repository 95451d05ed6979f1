using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>
/// Tells the operator what a PostgreSQL server has trouble with, which clients only hear of as unavailable: by code alone, since messages can hold values. The first of each code at once, then one line in
/// ten seconds with how many there were. Thread-safe.
/// </summary>
internal sealed class ServerFaults(TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Logged, int Since)> _codes = new(StringComparer.Ordinal);

    /// <summary>Whether it is the server that failed, and not a statement or somebody who stopped one. Source: the classes of https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
    public static bool IsOne(PostgresException e) => e.SqlState[..2] is "53" or "58" or "XX" || (e.SqlState.StartsWith("57", StringComparison.Ordinal) && e.SqlState != PostgresErrorCodes.QueryCanceled);

    /// <summary>Notes what a request failed with, if it is such a fault.</summary>
    /// <param name="database">The one that the request was for; null for the metadata.</param>
    public void Note(Exception e, DatabaseId? database)
    {
        if ((e as PostgresException ?? (e as UnavailableException)?.InnerException) is not PostgresException fault || !IsOne(fault) || Count(fault.SqlState) is not (> 0 and var count))
            return;
        if (database is { } id)
            StorageLog.ServerFault(logger, fault.SqlState, id, count);
        else
            StorageLog.ServerFaultOfMetadata(logger, fault.SqlState, count);
    }

    /// <summary>Notes that a statement did not fit the schema: once after each change of it, and again and again where it is the statement that is wrong.</summary>
    public void NoteStale(PostgresException e, DatabaseId database) => StorageLog.StatementUnfit(logger, e.SqlState, database);

    /// <summary>How many of a code there were since it was told of last, this one included; 0 where it is not to be told of now.</summary>
    private int Count(string code)
    {
        lock (_lock)
        {
            var isKnown = _codes.TryGetValue(code, out var seen);
            var count = seen.Since + 1;
            var isTold = !isKnown || clock.GetElapsedTime(seen.Logged) >= _interval;
            _codes[code] = isTold ? (clock.GetTimestamp(), 0) : (seen.Logged, count);
            return isTold ? count : 0;
        }
    }
}
