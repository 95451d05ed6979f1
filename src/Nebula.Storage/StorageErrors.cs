using Nebula.Core;

namespace Nebula.Storage;

/// <summary>What either engine says of the same fault.</summary>
internal static class StorageErrors
{
    public static Error Unique { get; } = new(ErrorCodes.UniqueViolation, "A record with the same unique value exists already.");

    public static Error ForeignKey { get; } = new(ErrorCodes.ForeignKeyViolation, "The record refers to one that does not exist, or is referred to by another.");

    public static Error Check { get; } = new(ErrorCodes.CheckFailed, "The record violates a check of its table.");

    public static Error NotNull { get; } = new(ErrorCodes.Required, "A column that may not be null has no value.");

    public static Error Constraint { get; } = new(ErrorCodes.Conflict, "The record violates a constraint of its table.");

    public static Error TooBig { get; } = new(ErrorCodes.TooLarge, "A value is larger than the database can hold.");

    public static Error Busy { get; } = new(ErrorCodes.Busy, "The database is busy.") { RetryAfter = TimeSpan.FromSeconds(1), Hint = "Send the request again." };

    public static Error StorageFull { get; } = new(ErrorCodes.StorageFull, "The disk of the server is full; nothing was changed.") { Hint = "Reading still works." };

    public static Error QueryTimeout { get; } = new(ErrorCodes.QueryTimeout, "The query took too long and was stopped.") { Hint = "Ask for less, or sort and filter by an indexed column." };

    public static Error Overflow { get; } = new(ErrorCodes.Overflow, "A sum or a function went beyond 64 bits.");

    public static Error Unavailable { get; } = new(ErrorCodes.Unavailable, "The database can't be used at the moment.") { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>Of a write whose commit was sent, and whose answer never came.</summary>
    public static Error OutcomeUnknown { get; } = new(ErrorCodes.Unavailable, "The way to the database broke off while it committed: the write may have happened, or not.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        Hint = "Read before you send it again; with an Idempotency-Key it can be sent again as it is.",
    };

    public static Error NoLongerAllowed { get; } = new(ErrorCodes.Unauthenticated, "The credential was revoked while the request waited.");
}
