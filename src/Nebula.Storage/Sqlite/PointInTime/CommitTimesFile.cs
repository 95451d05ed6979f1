using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// When the last commits of all databases were made, for the case that the process is killed before they are shipped. A ring in a file that is mapped into memory: what is written there is the system's at once, at the price
/// of a few stores, and outlives the process. After lost power it holds what had come to the disk. Thread-safe.
/// </summary>
internal sealed class CommitTimesFile : IDisposable
{
    /// <summary>So many commits are known, of all databases together.</summary>
    public const int Capacity = 256 * 1024;

    private const string Name = "commits";
    private const int HeaderBytes = 4096;
    private const long Magic = 0x0131_7469_6d6d_6f63; // "commit1" and the version, as it is read on the disk
    private const int NextOffset = sizeof(long);
    private const int AtOnce = 512;

    private static readonly int _entryBytes = Marshal.SizeOf<Entry>();

    private readonly Lock _lock = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafeBuffer _memory;
    private long _next;

    private CommitTimesFile(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Length);
        _memory = _view.SafeMemoryMappedViewHandle;
        if (_view.ReadInt64(0) != Magic)
        {
            _view.Write(NextOffset, 0L);
            _view.Write(0, Magic);
        }

        _next = Math.Max(0, _view.ReadInt64(NextOffset));
    }

    private static long Length => HeaderBytes + ((long)Capacity * _entryBytes);

    /// <summary>The one in a directory, or a new one. Null when the disk has no room for it, or refuses: the times of commits are then in memory only.</summary>
    public static CommitTimesFile? TryOpen(string directory, ILogger logger)
    {
        try
        {
            PrivateDirectory.Make(directory);
            return new CommitTimesFile(Map(Path.Combine(directory, Name)));
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            HistoryLog.NoCommitTimes(logger, e.Message);
            return null;
        }
    }

    /// <summary>Removes the one in a directory.</summary>
    public static void Remove(string directory) => WalStaging.Remove(Path.Combine(directory, Name));

    /// <summary>After a commit, before it is acknowledged.</summary>
    /// <param name="log">The salts of its log.</param>
    /// <param name="frames">How many frames that has by now.</param>
    /// <param name="time">Milliseconds since 1970, UTC.</param>
    public void Add(ulong log, int frames, long time)
    {
        var entry = new Entry(log, time, frames);
        lock (_lock)
        {
            _memory.Write((ulong)OffsetOf(_next % Capacity), entry);
            _view.Write(NextOffset, ++_next);
        }
    }

    /// <summary>What is known of one log: the commits with their times, in order. Reads the whole ring, some milliseconds.</summary>
    public (long Time, int Frames)[] Find(ulong log)
    {
        var commits = new List<(long Time, int Frames)>();
        var block = new Entry[AtOnce];
        var oldest = (int)(Volatile.Read(ref _next) % Capacity);
        Collect(oldest, Capacity);
        Collect(0, oldest);
        return [.. commits];

        void Collect(int from, int to)
        {
            for (var entries = block.AsSpan(); from < to; from += entries.Length)
            {
                entries = entries[..Math.Min(entries.Length, to - from)];
                _memory.ReadSpan((ulong)OffsetOf(from), entries);
                foreach (var entry in entries)
                {
                    if (entry.Log == log && entry.IsWhole)
                        Append(commits, entry);
                }
            }
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static void Append(List<(long Time, int Frames)> commits, Entry entry)
    {
        // Lost power may have taken frames away that were there, and others came in their place.
        while (commits.Count > 0 && commits[^1].Frames >= entry.Frames)
            commits.RemoveAt(commits.Count - 1);
        commits.Add((entry.Time, entry.Frames));
    }

    private static long OffsetOf(long index) => HeaderBytes + (index * _entryBytes);

    /// <summary>Room for all of it is taken now: a page that the disk has no room for later would end the process.</summary>
    private static MemoryMappedFile Map(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        try
        {
            if (file.Length != Length)
                file.SetLength(0); // of another version, or not finished
            file.SetLength(Length);
            Posix.Allocate(file.SafeFileHandle, Length);
            return MemoryMappedFile.CreateFromFile(file, mapName: null, Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            file.Dispose();
            WalStaging.Remove(path);
            throw;
        }
    }

    /// <summary>One commit: 24 bytes, in the byte order of the machine.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Entry(ulong log, long time, int frames)
    {
        public readonly ulong Log = log;
        public readonly long Time = time;
        public readonly int Frames = frames;
        private readonly uint _check = Check(log, time, frames);

        /// <summary>Whether it was written to its end.</summary>
        public bool IsWhole => Frames > 0 && _check == Check(Log, Time, Frames);

        private static uint Check(ulong log, long time, int frames) => BitOperations.Crc32C(BitOperations.Crc32C(BitOperations.Crc32C(0, log), (ulong)time), (uint)frames);
    }
}
