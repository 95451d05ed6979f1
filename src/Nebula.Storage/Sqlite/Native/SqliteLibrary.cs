using System.Runtime.InteropServices;
using static Nebula.Storage.Sqlite.Native.NativeMethods;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>The SQLite that runs in this process.</summary>
public static unsafe class SqliteLibrary
{
    /// <summary>Older ones can corrupt a database when a write-ahead log is reset at a bad moment: https://sqlite.org/wal.html#walresetbug.</summary>
    private const int OldestAllowed = 3_051_003;

    private const int ConfigMemoryStatus = 9;
    private static readonly Lock _starting = new();
    private static bool _isStarted;

    public static string Version => Marshal.PtrToStringUTF8((nint)sqlite3_libversion()) ?? "";

    /// <summary>Whether data may be given to this version, numbered as <c>3_051_003</c>.</summary>
    internal static bool IsTrusted(int version) => version >= OldestAllowed;

    /// <summary>Prepares the library once for the process; throws when it is too old to be trusted with data.</summary>
    public static void Start()
    {
        lock (_starting)
        {
            if (_isStarted)
                return;
            if (!IsTrusted(sqlite3_libversion_number()))
                throw new NotSupportedException($"SQLite {Version} has a bug that can corrupt databases; 3.51.3 or newer is needed.");

            // Counting memory would take one mutex for all connections at each allocation. Fails harmlessly when SQLite runs already.
            _ = sqlite3_config(ConfigMemoryStatus, 0);
            _ = sqlite3_initialize();
            Allocator.KeepFreed(1024 * 1024);
            _isStarted = true;
        }
    }
}
