using Microsoft.Win32.SafeHandles;

namespace Nebula.Storage.Files;

/// <summary>
/// Removes files. The name is gone at once. The blocks of a large file that has no other name, and that nobody else in Nebula reads, follow piece by piece in the background: a file system gives back those of a
/// gigabyte in one transaction of its journal, for which every commit on the disk waits, most of all where it tells the disk of them (<c>discard</c>). Thread-safe.
/// </summary>
internal static class GradualRemoval
{
    private const long Piece = 16 * 1024 * 1024;

    /// <summary>More than these are removed as they are, since each holds a descriptor meanwhile.</summary>
    private const int MostWaiting = 8;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private static readonly Lazy<BackgroundThread> _thread = new(() => new BackgroundThread(), LazyThreadSafetyMode.PublicationOnly); // lives as long as the process
    private static int _waiting;

    /// <summary>Does nothing when there is no such file. Throws as <see cref="File.Delete"/> does.</summary>
    public static void Remove(string path) => Run(path, () => File.Delete(path));

    /// <summary>Leaves a file that can't be removed for the next start, which removes it.</summary>
    public static void TryRemove(string path)
    {
        try
        {
            Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    /// <summary>Puts a file in the place of another, if there is one. Throws as <see cref="File.Move(string, string, bool)"/> does.</summary>
    public static void Replace(string file, string replaced) => Run(replaced, () => File.Move(file, replaced, overwrite: true));

    private static void Run(string path, Action remove)
    {
        var file = OpenIfLarge(path);
        try
        {
            remove();
        }
        catch
        {
            file?.Dispose();
            throw;
        }

        if (file is null)
            return;
        if (!Posix.HasNoName(file) || !TryQueue(file))
            file.Dispose();
    }

    /// <summary>Null also for one that somebody else reads: .NET's handles exclude each other.</summary>
    private static SafeFileHandle? OpenIfLarge(string path)
    {
        var found = new FileInfo(path);
        if (OperatingSystem.IsWindows() || !found.Exists || found.LinkTarget is not null || found.Length <= Piece)
            return null;
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it is removed as it is
        }
    }

    /// <summary>False when as many wait as may, or the system lets the process have no thread.</summary>
    private static bool TryQueue(SafeFileHandle file)
    {
        if (Interlocked.Increment(ref _waiting) <= MostWaiting)
        {
            try
            {
                _ = _thread.Value.RunAsync(() => Shrink(file), CancellationToken.None);
                return true;
            }
            catch (OutOfMemoryException)
            {
                // It is removed as it is.
            }
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>Gives whether it came to the end.</summary>
    private static bool Shrink(SafeFileHandle file)
    {
        try
        {
            using (file)
            {
                for (var length = RandomAccess.GetLength(file); length > 0; length -= Piece)
                {
                    RandomAccess.SetLength(file, Math.Max(0, length - Piece));
                    BackgroundThread.Pause(_pause);
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
