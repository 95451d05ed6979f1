using Microsoft.Win32.SafeHandles;

namespace Nebula.Storage.Files;

/// <summary>
/// Removes files that nobody has open. The name is gone at once. The blocks of a large file follow piece by piece in the background: a file system gives back those of a gigabyte in one transaction of its
/// journal, for which every commit on the disk waits, most of all where it tells the disk of them (<c>discard</c>). Thread-safe.
/// </summary>
internal static class GradualRemoval
{
    private const long Piece = 16 * 1024 * 1024;

    /// <summary>More than these are removed as they are, since each holds a descriptor meanwhile.</summary>
    private const int MostWaiting = 8;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private static readonly Lock _shrinking = new();
    private static int _waiting;

    /// <summary>Does nothing when there is no such file. Throws as <see cref="File.Delete"/> does.</summary>
    public static void Remove(string path)
    {
        var file = OpenIfLarge(path);
        try
        {
            File.Delete(path);
        }
        catch
        {
            file?.Dispose();
            throw;
        }

        if (file is null)
            return;
        if (Interlocked.Increment(ref _waiting) <= MostWaiting)
        {
            _ = BackgroundThread.RunAsync(() => Shrink(file));
            return;
        }

        Interlocked.Decrement(ref _waiting);
        file.Dispose();
    }

    /// <summary>Null also for a link: what lies where it leads stays as it is.</summary>
    private static SafeFileHandle? OpenIfLarge(string path)
    {
        var found = new FileInfo(path);
        if (!found.Exists || found.LinkTarget is not null || found.Length <= Piece)
            return null;
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it is removed as it is
        }
    }

    private static bool Shrink(SafeFileHandle file)
    {
        try
        {
            using (file)
            {
                lock (_shrinking)
                {
                    for (var length = RandomAccess.GetLength(file); length > 0; length -= Piece)
                    {
                        RandomAccess.SetLength(file, Math.Max(0, length - Piece));
                        Thread.Sleep(_pause);
                    }
                }
            }

            return true;
        }
        catch (IOException)
        {
            return false; // closing it gave back the rest
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
