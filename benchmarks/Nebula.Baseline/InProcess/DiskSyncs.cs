using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Nebula.Baseline.InProcess;

/// <summary>
/// L0: how often per second the disk takes 4 KiB and says that they are safe. The file has its full length from the start, as a write-ahead
/// log that is used again has.
/// </summary>
internal static partial class DiskSyncs
{
    private const int PageBytes = 4096;
    private const int Pages = 1024;

    public static double PerSecond(string path, TimeSpan duration)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        RandomAccess.Write(file, new byte[PageBytes * Pages], 0);
        RandomAccess.FlushToDisk(file);

        var page = new byte[PageBytes];
        Random.Shared.NextBytes(page);
        var watch = Stopwatch.StartNew();
        var syncs = 0;
        for (; watch.Elapsed < duration; syncs++)
        {
            RandomAccess.Write(file, page, syncs % Pages * (long)PageBytes);
            // FlushToDisk is fsync; SQLite calls fdatasync.
            if (FDataSync(file) != 0)
                throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return syncs / watch.Elapsed.TotalSeconds;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);
}
