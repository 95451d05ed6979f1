using Nebula.Core;

namespace Nebula.Storage.Files;

/// <summary>What becomes of a failure to write a file of our own.</summary>
internal static class DiskErrors
{
    // ENOSPC, EFBIG and EDQUOT: no room on the volume, in the file, in the user's share. As the operating system numbers them on Linux.
    private const int NoSpace = 28;
    private const int FileTooBig = 27;
    private const int OverQuota = 122;

    /// <summary>Whether the disk, or the rights on it, refused: .NET has no one type for both.</summary>
    public static bool IsOne(Exception e) => e is IOException or UnauthorizedAccessException;

    public static Error Translate(Exception e) => IsFull(e) ? StorageErrors.StorageFull : StorageErrors.Unavailable;

    public static bool IsFull(Exception e) => e.HResult is NoSpace or FileTooBig or OverQuota;
}
