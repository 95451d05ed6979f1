using Nebula.Storage.Files;
using static Nebula.Storage.Sqlite.Native.NativeMethods;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>Brings to the disk what a connection writes into its file, while its statements run. Used by the connection's thread.</summary>
/// <param name="db">The connection's handle.</param>
internal sealed unsafe class PacedWrites(nint db, int pageBytes, PacedSync sync)
{
    private const int StatusPagesWritten = 9;

    /// <summary>Why the file could not be brought to the disk; null while it could.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>False when the disk fails. Throws nothing: it is called out of SQLite.</summary>
    public bool TryKeepUp()
    {
        try
        {
            int pages, highest;
            _ = sqlite3_db_status(db, StatusPagesWritten, &pages, &highest, reset: 1);
            sync.OnWritten((long)pages * pageBytes);
            return true;
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            Fault = e;
            return false;
        }
    }
}
