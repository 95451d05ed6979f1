using Nebula.Core;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>What becomes of a failure to write a file of our own.</summary>
internal static class DiskErrors
{
    // ENOSPC, EFBIG and EDQUOT: no room on the volume, in the file, in the user's share. As the operating system numbers them on Linux.
    private const int NoSpace = 28;
    private const int FileTooBig = 27;
    private const int OverQuota = 122;

    public static Error Translate(IOException e) => IsFull(e) ? SqliteErrors.StorageFull : SqliteErrors.Unavailable;

    public static bool IsFull(IOException e) => e.HResult is NoSpace or FileTooBig or OverQuota;
}
