using Nebula.Core;

namespace Nebula.Storage.Rows;

/// <summary>An answer is gathered in memory before it is sent, so that no statement stays open for a slow client; this bounds it.</summary>
internal static class PageBound
{
    public const int MaxBytes = 64 * 1024 * 1024;

    public static Error TooLarge { get; } = new(ErrorCodes.TooLarge, $"The answer is larger than {MaxBytes / 1024 / 1024} MiB.")
    {
        Hint = "Ask for fewer records with 'limit', for fewer columns with 'fields', or for less to expand.",
    };
}
