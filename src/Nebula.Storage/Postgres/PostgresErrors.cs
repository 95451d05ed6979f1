using Nebula.Core;
using Npgsql;

namespace Nebula.Storage.Postgres;

/// <summary>The one place where PostgreSQL's codes become errors. By code, never by message. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
internal static class PostgresErrors
{
    /// <summary>The error for what the server or the way to it said, or null for a fault of this program.</summary>
    public static Error? Translate(Exception e) => e switch
    {
        PostgresException known => Translate(known.SqlState),
        UnavailableException unavailable => unavailable.Error,
        OverflowException => StorageErrors.Overflow, // a number that came back is beyond 64 bits
        NpgsqlException { InnerException: TimeoutException } => StorageErrors.QueryTimeout,
        NpgsqlException or System.Net.Sockets.SocketException or IOException or TimeoutException or ObjectDisposedException => StorageErrors.Unavailable, // the last when this server stops
        _ => null,
    };

    /// <summary>The error for a code that a client can meet, or null for one that is a fault of this program.</summary>
    public static Error? Translate(string code) => code switch
    {
        PostgresErrorCodes.UniqueViolation => StorageErrors.Unique,
        PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation => StorageErrors.ForeignKey,
        PostgresErrorCodes.CheckViolation => StorageErrors.Check,
        PostgresErrorCodes.NotNullViolation => StorageErrors.NotNull,
        PostgresErrorCodes.NumericValueOutOfRange or PostgresErrorCodes.FloatingPointException or PostgresErrorCodes.IntervalFieldOverflow => StorageErrors.Overflow,
        PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire or InvalidUnicodeEscape =>
            new(ErrorCodes.CheckFailed, "A text holds what the database can't store, such as U+0000."),
        PostgresErrorCodes.InvalidEscapeSequence => new(ErrorCodes.InvalidFilter, "A pattern ends with a backslash that stands before nothing."),
        SequenceLimitExceeded => UsedUpIds,
        PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.StringDataRightTruncation => StorageErrors.TooBig,
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ObjectInUse => StorageErrors.Busy,
        PostgresErrorCodes.DiskFull => StorageErrors.StorageFull,
        PostgresErrorCodes.QueryCanceled => StorageErrors.QueryTimeout,
        PostgresErrorCodes.ReadOnlySqlTransaction => StorageErrors.Unavailable, // a standby: the primary is another server by now
        _ when IsStale(code) => Error.StaleTable,
        _ => code[..2] switch
        {
            "22" => Unfit, // the values of a request did that, whatever it is
            "23" => StorageErrors.Constraint,
            "40" => StorageErrors.Busy,
            "54" => StorageErrors.TooBig,
            "08" or "53" or "57" or "58" or "XX" or "25" => StorageErrors.Unavailable,
            _ => null,
        },
    };

    /// <summary>Whether a statement does not fit the schema, or the plan that was kept for it: another replica changed it since.</summary>
    public static bool IsStale(Exception e) => e is PostgresException known && IsStale(known.SqlState);

    /// <summary>What the values of a statement did to it, or null for what has to do with the server or with others: only the former is the fault of one of many records.</summary>
    public static Error? OfValues(PostgresException e) => e.SqlState[..2] is "22" or "23" || e.SqlState == PostgresErrorCodes.ProgramLimitExceeded ? Translate(e.SqlState) : null;

    /// <summary>Whether a transaction that failed so can be run again: nothing of it was applied, and it may well succeed the next time.</summary>
    public static bool CanRunAgain(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>Whether the connection broke, or the server at its other end stopped: what did not change anything can be sent again over another one.</summary>
    public static bool IsConnectionLost(Exception e) => e switch
    {
        PostgresException known => known.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow || known.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: not TimeoutException } => true,
        _ => e is IOException or System.Net.Sockets.SocketException,
    };

    private static Error Unfit { get; } = new(ErrorCodes.CheckFailed, "A value is one that the database can't work with.");

    private static Error UsedUpIds { get; } = new(ErrorCodes.Conflict, "The table has no id left to give: the largest one was given already. Nothing was written.")
    {
        Hint = "Another program used up the ids. Move the records to another table.",
    };

    private const string SequenceLimitExceeded = "2200H";
    private const string InvalidUnicodeEscape = "22P05";

    private static bool IsStale(string code) => code is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName
        or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.UndefinedFunction
        or PostgresErrorCodes.IndeterminateDatatype;
}
