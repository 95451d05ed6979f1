namespace Nebula.Core;

/// <summary>The stable codes of <see cref="Error"/>. The API gives each its HTTP status; <c>docs/errors.md</c> says when it happens and what to do.</summary>
public static class ErrorCodes
{
    public const string InvalidJson = "invalid_json";
    public const string InvalidBody = "invalid_body";
    public const string InvalidRecord = "invalid_record";
    public const string InvalidName = "invalid_name";
    public const string InvalidParameter = "invalid_parameter";
    public const string InvalidFilter = "invalid_filter";
    public const string InvalidCursor = "invalid_cursor";
    public const string InvalidSchema = "invalid_schema";
    public const string Required = "required";
    public const string CheckFailed = "check_failed";

    public const string Unauthenticated = "unauthenticated";
    public const string TokenExpired = "token_expired";
    public const string InvalidCredentials = "invalid_credentials";

    public const string Forbidden = "forbidden";
    public const string WrongDatabase = "wrong_database";
    public const string AccountRequired = "account_required";
    public const string ScopeMissing = "scope_missing";
    public const string SignupClosed = "signup_closed";

    public const string QuotaExceeded = "quota_exceeded";
    public const string NotFound = "not_found";
    public const string DatabaseNotFound = "database_not_found";
    public const string TableNotFound = "table_not_found";
    public const string RecordNotFound = "record_not_found";
    public const string KeyNotFound = "key_not_found";
    public const string BranchNotFound = "branch_not_found";
    public const string UserNotFound = "user_not_found";
    public const string BackupNotFound = "backup_not_found";

    public const string MethodNotAllowed = "method_not_allowed";

    public const string EmailTaken = "email_taken";
    public const string DatabaseExists = "database_exists";
    public const string TableExists = "table_exists";
    public const string KeyExists = "key_exists";
    public const string UniqueViolation = "unique_violation";
    public const string ForeignKeyViolation = "foreign_key_violation";
    public const string TableReferenced = "table_referenced";
    public const string BackupUnreadable = "backup_unreadable";
    public const string Conflict = "conflict";

    public const string PreconditionFailed = "precondition_failed";
    public const string TooLarge = "too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string IdempotencyMismatch = "idempotency_mismatch";
    public const string Overflow = "overflow";
    public const string MaxAffectedExceeded = "max_affected_exceeded";
    public const string RateLimited = "rate_limited";

    public const string Internal = "internal";
    public const string Busy = "busy";
    public const string Unavailable = "unavailable";
    public const string PlacedElsewhere = "placed_elsewhere";
    public const string QueryTimeout = "query_timeout";
    public const string StorageFull = "storage_full";
}
