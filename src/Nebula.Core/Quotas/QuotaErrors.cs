using System.Globalization;

namespace Nebula.Core.Quotas;

/// <summary>What a client is told that goes beyond a quota: which, how much, and what it wanted.</summary>
public static class QuotaErrors
{
    public static Error Exceeded(Quota quota, long bound, long wanted) => new(
        ErrorCodes.QuotaExceeded, string.Create(CultureInfo.InvariantCulture, $"The quota '{QuotaNames.Of(quota)}' is {bound}; this would make it {wanted}."))
    {
        Details = [new FieldError(QuotaNames.Of(quota), FieldCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"is {bound} at most"))],
        Hint = quota == Quota.RowsPerRequest ? "Ask for fewer at once, or send them in several requests." : "Delete something, or ask the operator for more.",
    };

    /// <summary>For a database that is as large as it may be.</summary>
    public static Error Full(long bound, long used) => Exceeded(Quota.BytesPerDatabase, bound, used) with
    {
        Message = string.Create(CultureInfo.InvariantCulture, $"The quota 'bytes_per_database' is {bound}, and the database takes {used}."),
    };
}
