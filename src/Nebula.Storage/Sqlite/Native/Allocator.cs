using System.Runtime.InteropServices;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>The allocator that SQLite takes its memory from, where it is glibc's. Source: https://man7.org/linux/man-pages/man3/mallopt.3.html.</summary>
internal static partial class Allocator
{
    private const int TrimThreshold = -1;

    /// <summary>
    /// Keeps up to so many freed bytes for each thread's part of the heap. What a statement would undo itself with takes 64 KiB that come and go with each change of a record; with glibc's 128 KiB a
    /// part of them may go back to the kernel each time, which costs a fifth of an update. Does nothing with another C library.
    /// </summary>
    public static void KeepFreed(int bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(TrimThreshold, bytes);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such option, and no such cost.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
