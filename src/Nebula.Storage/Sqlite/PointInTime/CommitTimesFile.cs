using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// When the last commits of all databases were made, for the case that the process is killed before they are shipped. A ring in a file that is mapped into memory: what is written there is the system's at once, and outlives
/// the process. After lost power it holds what had come to the disk. Thread-safe; commits of different databases do not wait for each other.
/// </summary>
internal sealed unsafe class CommitTimesFile : IDisposable
{
    /// <summary>So many commits are known, of all databases together.</summary>
    public const int Capacity = 256 * 1024;

    private const string Name = "commits";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Entry* _ring;
    private long _last;

    private CommitTimesFile(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        (_file, _view) = (file, view);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start); // until it is disposed
        _ring = (Entry*)start;
        foreach (ref readonly var entry in Ring)
        {
            if (entry.Number > _last && entry.IsWhole)
                _last = entry.Number;
        }
    }

    private static long Length => (long)Capacity * sizeof(Entry);

    private ReadOnlySpan<Entry> Ring => new(_ring, Capacity);

    /// <summary>The one in a directory, or a new one. Null when the disk has no room for it, or refuses: the times of commits are then in memory only.</summary>
    public static CommitTimesFile? TryOpen(string directory, ILogger logger)
    {
        try
        {
            PrivateDirectory.Make(directory);
            return Open(Path.Combine(directory, Name));
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            HistoryLog.NoCommitTimes(logger, e.Message);
            return null;
        }
    }

    /// <summary>Removes the one in a directory.</summary>
    public static void Remove(string directory) => WalStaging.Remove(Path.Combine(directory, Name));

    /// <summary>After a commit, before it is acknowledged. Of one log, by one thread at a time.</summary>
    /// <param name="log">Its salts.</param>
    /// <param name="frames">How many frames it has by now.</param>
    /// <param name="time">Milliseconds since 1970, UTC.</param>
    public void Add(ulong log, int frames, long time)
    {
        var number = Interlocked.Increment(ref _last);
        var entry = new Entry(number, log, time, frames);

        // The first store into a page after it came to the disk may wait for that: not as managed code, which the garbage collector would wait for in turn.
        Posix.CopyMemory(_ring + (number % Capacity), &entry, (nuint)sizeof(Entry));
    }

    /// <summary>What is known of one log to which nothing is written now: the commits with their times, in order. Reads the whole ring, some milliseconds.</summary>
    public (long Time, int Frames)[] Find(ulong log)
    {
        var found = new List<Entry>();
        foreach (var entry in Ring) // a copy of each: others may write over it
        {
            if (entry.Log == log && entry.IsWhole)
                found.Add(entry);
        }

        var commits = new List<(long Time, int Frames)>(found.Count);
        foreach (var entry in found.OrderBy(e => e.Number))
        {
            // Lost power may have taken frames away that were there, and others came in their place.
            while (commits.Count > 0 && commits[^1].Frames >= entry.Frames)
                commits.RemoveAt(commits.Count - 1);
            commits.Add((entry.Time, entry.Frames));
        }

        return [.. commits];
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        try
        {
            _view.Dispose();
        }
        catch (IOException)
        {
            // It is written to the disk with this, and that failed: nobody needs it any more.
        }

        _file.Dispose();
    }

    private static CommitTimesFile Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        MemoryMappedFile? mapped = null;
        try
        {
            TakeRoom(file);
            mapped = MemoryMappedFile.CreateFromFile(file, mapName: null, Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            return new CommitTimesFile(mapped, mapped.CreateViewAccessor(0, Length));
        }
        catch
        {
            mapped?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Room for all of it is taken now, where a file system can do that: a page that the disk has no room for later would end the process, as it would where SQLite maps its own files.</summary>
    private static void TakeRoom(FileStream file)
    {
        var isNew = file.Length != Length;
        try
        {
            if (isNew)
            {
                file.SetLength(0); // of another version, or not finished
                file.SetLength(Length);
            }

            Posix.Allocate(file.SafeFileHandle, Length); // also where a copy left holes
        }
        catch
        {
            if (isNew)
                file.SetLength(0);
            throw;
        }
    }

    /// <summary>One commit: 32 bytes, in the byte order of the machine.</summary>
    /// <param name="number">Of the commit, of all in the ring.</param>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Entry(long number, ulong log, long time, int frames)
    {
        public readonly long Number = number;
        public readonly ulong Log = log;
        public readonly long Time = time;
        public readonly int Frames = frames;
        private readonly uint _check = Check(number, log, time, frames);

        /// <summary>Whether it was written, and to its end.</summary>
        public bool IsWhole => Number > 0 && _check == Check(Number, Log, Time, Frames);

        private static uint Check(long number, ulong log, long time, int frames) =>
            BitOperations.Crc32C(BitOperations.Crc32C(BitOperations.Crc32C(BitOperations.Crc32C(0, (ulong)number), log), (ulong)time), (uint)frames);
    }
}
