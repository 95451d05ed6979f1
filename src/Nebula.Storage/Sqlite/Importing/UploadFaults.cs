using Nebula.Core;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Why an uploaded file becomes no database.</summary>
internal static class UploadFaults
{
    public static Error NotADatabase { get; } = Of("The body is not a SQLite database.");

    public static Error Damaged { get; } = Of("The file is damaged, or was made to look so: SQLite can't read it.");

    public static Error Of(string message) => new(ErrorCodes.InvalidBody, message);

    public static Error Of(string message, IReadOnlyList<FieldError> details) => new(ErrorCodes.InvalidBody, message) { Details = details.Count > 100 ? [.. details.Take(100)] : details };
}
