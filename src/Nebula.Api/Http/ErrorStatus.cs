using System.Collections.Frozen;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>The HTTP status of each error code. Known here alone; <c>docs/errors.md</c> is held against it by a test.</summary>
internal static class ErrorStatus
{
    public static FrozenDictionary<string, int> All { get; } = new Dictionary<string, int>
    {
        [ErrorCodes.InvalidJson] = 400,
        [ErrorCodes.InvalidBody] = 400,
        [ErrorCodes.InvalidRecord] = 400,
        [ErrorCodes.InvalidName] = 400,
        [ErrorCodes.InvalidParameter] = 400,
        [ErrorCodes.InvalidFilter] = 400,
        [ErrorCodes.InvalidCursor] = 400,
        [ErrorCodes.InvalidSchema] = 400,
        [ErrorCodes.Required] = 400,
        [ErrorCodes.CheckFailed] = 400,
        [ErrorCodes.Unauthenticated] = 401,
        [ErrorCodes.TokenExpired] = 401,
        [ErrorCodes.InvalidCredentials] = 401,
        [ErrorCodes.Forbidden] = 403,
        [ErrorCodes.WrongDatabase] = 403,
        [ErrorCodes.AccountRequired] = 403,
        [ErrorCodes.ScopeMissing] = 403,
        [ErrorCodes.SignupClosed] = 403,
        [ErrorCodes.QuotaExceeded] = 403,
        [ErrorCodes.NotFound] = 404,
        [ErrorCodes.DatabaseNotFound] = 404,
        [ErrorCodes.TableNotFound] = 404,
        [ErrorCodes.RecordNotFound] = 404,
        [ErrorCodes.KeyNotFound] = 404,
        [ErrorCodes.BranchNotFound] = 404,
        [ErrorCodes.UserNotFound] = 404,
        [ErrorCodes.BackupNotFound] = 404,
        [ErrorCodes.MethodNotAllowed] = 405,
        [ErrorCodes.EmailTaken] = 409,
        [ErrorCodes.DatabaseExists] = 409,
        [ErrorCodes.TableExists] = 409,
        [ErrorCodes.KeyExists] = 409,
        [ErrorCodes.UniqueViolation] = 409,
        [ErrorCodes.ForeignKeyViolation] = 409,
        [ErrorCodes.TableReferenced] = 409,
        [ErrorCodes.BackupUnreadable] = 409,
        [ErrorCodes.Conflict] = 409,
        [ErrorCodes.PreconditionFailed] = 412,
        [ErrorCodes.TooLarge] = 413,
        [ErrorCodes.UnsupportedMediaType] = 415,
        [ErrorCodes.IdempotencyMismatch] = 422,
        [ErrorCodes.Overflow] = 422,
        [ErrorCodes.MaxAffectedExceeded] = 422,
        [ErrorCodes.RateLimited] = 429,
        [ErrorCodes.Internal] = 500,
        [ErrorCodes.Busy] = 503,
        [ErrorCodes.Unavailable] = 503,
        [ErrorCodes.PlacedElsewhere] = 503,
        [ErrorCodes.QueryTimeout] = 504,
        [ErrorCodes.StorageFull] = 507,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static int Of(Error error) => All[error.Code];
}
