using Nebula.Core;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite;

/// <summary>The one place where SQLite's codes become errors. By code, never by message.</summary>
internal static class SqliteErrors
{
    /// <summary>The error for a code that a client can meet, or null for one that is a fault of this program.</summary>
    public static Error? Translate(int code) => code switch
    {
        ResultCodes.ConstraintUnique or ResultCodes.ConstraintPrimaryKey or ResultCodes.ConstraintRowId =>
            new(ErrorCodes.UniqueViolation, "A record with the same unique value exists already."),
        ResultCodes.ConstraintForeignKey => new(ErrorCodes.ForeignKeyViolation, "The record refers to one that does not exist, or is referred to by another."),
        ResultCodes.ConstraintCheck or ResultCodes.ConstraintDataType => new(ErrorCodes.CheckFailed, "The record violates a check of its table."),
        ResultCodes.ConstraintNotNull => new(ErrorCodes.Required, "A column that may not be null has no value."),
        _ => ResultCodes.Primary(code) switch
        {
            ResultCodes.Constraint => new(ErrorCodes.Conflict, "The record violates a constraint of its table."),
            ResultCodes.Busy or ResultCodes.Locked => Busy,
            ResultCodes.Full => StorageFull,
            ResultCodes.TooBig => new(ErrorCodes.TooLarge, "A value is larger than the database can hold."),
            ResultCodes.Interrupt => QueryTimeout,
            ResultCodes.IoError or ResultCodes.Corrupt or ResultCodes.NotADatabase or ResultCodes.CannotOpen or ResultCodes.ReadOnly or ResultCodes.NoMemory => Unavailable,
            _ => null,
        },
    };

    /// <summary>
    /// The error for a fault of a write that leaves its transaction standing, or null for one that is a fault of this program. While rows are computed SQLite has no other code for a function that goes
    /// beyond 64 bits. A statement that can't even be prepared is wrong, unless it meets what another program left: a reference to a table that is gone, a trigger on one.
    /// </summary>
    public static Error? OfWrite(SqliteFaultException e) => ResultCodes.Primary(e.Code) != ResultCodes.Error ? Translate(e.Code)
        : e.IsOfSchema ? new(ErrorCodes.Conflict, $"The schema of the database does not let the table be written: {e.Reason}.")
        : e.IsOfPreparing ? null : Overflow;

    /// <summary>Whether the file itself is broken: nothing that it says can be believed.</summary>
    public static bool IsCorruption(int code) => ResultCodes.Primary(code) is ResultCodes.Corrupt or ResultCodes.NotADatabase;

    /// <summary>Whether the disk failed in a way that leaves open what was written.</summary>
    public static bool IsInputOutput(int code) => ResultCodes.Primary(code) is ResultCodes.IoError;

    public static Error Busy { get; } = new(ErrorCodes.Busy, "The database is busy.") { RetryAfter = TimeSpan.FromSeconds(1), Hint = "Send the request again." };

    public static Error StorageFull { get; } = new(ErrorCodes.StorageFull, "The disk of the server is full; nothing was changed.") { Hint = "Reading still works." };

    public static Error QueryTimeout { get; } = new(ErrorCodes.QueryTimeout, "The query took too long and was stopped.") { Hint = "Ask for less, or sort and filter by an indexed column." };

    public static Error Overflow { get; } = new(ErrorCodes.Overflow, "A sum or a function went beyond 64 bits.");

    public static Error Unavailable { get; } = new(ErrorCodes.Unavailable, "The database can't be used at the moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
}
