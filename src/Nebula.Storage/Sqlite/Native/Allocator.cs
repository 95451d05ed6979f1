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
    public static void KeepFreed(int bytes) => Call(() => SetOption(TrimThreshold, bytes));

    /// <summary>
    /// Gives back to the kernel what is free within the heap. Each thread allocates from one of several parts of it, and what a database took that another thread closes stays free in a part that nobody may ask again: after
    /// thousands of openings the heap was twice what the open ones need. Source: https://man7.org/linux/man-pages/man3/malloc_trim.3.html.
    /// </summary>
    public static void Trim() => Call(() => GiveBack(0));

    private static void Call(Func<int> function)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = function();
        }
        catch (EntryPointNotFoundException)
        {
            // musl has neither, and no such cost.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int GiveBack(nuint kept);
}
