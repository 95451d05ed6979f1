namespace Nebula.Core;

/// <summary>What went wrong, for the client: a stable code, a sentence, the offending fields and what to do about it.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">One sentence for a person. Holds names that the client sent, never stored values or secrets.</param>
public sealed record Error(string Code, string Message)
{
    /// <summary>Every offending field, empty when the error is not about fields.</summary>
    public IReadOnlyList<FieldError> Details { get; init; } = [];

    /// <summary>What the client can do, if that is not plain from the message.</summary>
    public string? Hint { get; init; }

    /// <summary>How long to wait before the same request may succeed; set on errors that pass by themselves.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Which operation of a batch failed, from 0 on; null for what is no batch, or is about all of it.</summary>
    public int? Operation { get; init; }

    /// <summary>Enough to mend a form in one go; a hostile body can't make a huge answer.</summary>
    internal const int MaxDetails = 100;

    /// <summary>An error about several fields, with a message that names the first of them. Of very many, only the first hundred are kept.</summary>
    public static Error Of(string code, IReadOnlyList<FieldError> details) =>
        new(code, details.Count == 1 ? $"'{details[0].Field}' {details[0].Message}." : $"'{details[0].Field}' {details[0].Message}, and {details.Count - 1} more.")
        {
            Details = details.Count > MaxDetails ? [.. details.Take(MaxDetails)] : details,
        };

    /// <summary>An error about one field.</summary>
    public static Error Of(string code, string field, string fieldCode, string message) => Of(code, [new FieldError(field, fieldCode, message)]);

    /// <summary>
    /// Not for clients: a store gives this very instance when the table that it was handed is no longer the current one.
    /// The service then opens the table anew and tries again.
    /// </summary>
    public static Error StaleTable { get; } = new(ErrorCodes.Conflict, "The table changed while the request ran.")
    {
        Hint = "Send the request again.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
