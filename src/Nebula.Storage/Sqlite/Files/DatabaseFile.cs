using System.Buffers.Binary;

namespace Nebula.Storage.Sqlite.Files;

/// <summary>What can be told of a database file before it is opened, where SQLite would take a loss for what was written.</summary>
internal static class DatabaseFile
{
    /// <summary>Where the header holds the size of a page: https://sqlite.org/fileformat2.html#the_database_header.</summary>
    private const int PageSizeAt = 16;

    /// <summary>
    /// Why the file of a database that was created can't be served, or null. Only while this process has the file closed: closing any descriptor of a file drops
    /// all locks that the process has on it (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    /// </summary>
    public static string? Fault(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            return "its file is a symbolic link"; // to where somebody else decides
        if (!file.Exists)
            return "its file is missing";
        if (file.Length == 0)
            return "its file is empty"; // for SQLite a new database
        return IsCut(file) ? "its file is damaged" : null;
    }

    /// <summary>SQLite reads a last page that is cut as one that ends in zeros.</summary>
    private static bool IsCut(FileInfo file)
    {
        // A crash while the log is copied leaves such a page too, and the log has it whole.
        if (new FileInfo($"{file.FullName}-wal") is { Exists: true, Length: > 0 })
            return false;
        Span<byte> header = stackalloc byte[PageSizeAt + sizeof(ushort)];
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return true;
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeAt..]) is var size && size == 1 ? 65536 : (int)size;
        return pageSize > 0 && stream.Length % pageSize != 0;
    }
}
