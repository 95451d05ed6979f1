using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Nebula.Core;

/// <summary>
/// The rule that names of databases, tables and columns share: 1 to 63 ASCII letters, digits and underscores, compared without case,
/// kept as written. What begins with <c>_nebula</c> or <c>sqlite_</c> is reserved.
/// </summary>
internal static class Names
{
    public const int MaxLength = 63;

    private static readonly SearchValues<char> _allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    public static bool IsValid([NotNullWhen(true)] string? name) => Fault(name) is null;

    public static bool IsReserved(string name) =>
        name.StartsWith("_nebula", StringComparison.OrdinalIgnoreCase) || name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with a name, or null.</summary>
    public static FieldError? Fault(string? name, string field = "name") => name switch
    {
        null or "" => new(field, FieldCodes.Required, "is required"),
        { Length: > MaxLength } => new(field, FieldCodes.TooLong, $"has {name.Length} characters, at most {MaxLength} are allowed"),
        _ when name.AsSpan().ContainsAnyExcept(_allowed) => new(field, FieldCodes.Invalid, "may hold only ASCII letters, digits and underscores"),
        _ when IsReserved(name) => new(field, FieldCodes.Reserved, "begins with '_nebula' or 'sqlite_', which are reserved"),
        _ => null,
    };
}
