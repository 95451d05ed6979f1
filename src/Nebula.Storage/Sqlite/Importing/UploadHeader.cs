using System.Buffers.Binary;
using Nebula.Core;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>The first hundred bytes of an uploaded file, looked at before SQLite does: https://sqlite.org/fileformat2.html#the_database_header.</summary>
internal static class UploadHeader
{
    private const int Length = 100;
    private const int PageSizeAt = 16;
    private const int WriteVersionAt = 18;
    private const int ReadVersionAt = 19;
    private const int PageCountAt = 28;
    private const int EncodingAt = 56;
    private const byte RollbackJournal = 1;
    private const byte Log = 2;

    /// <summary>Why the file can't be taken, or null. A file that was used with a write-ahead log is marked as one without: the log was not sent, and must not be looked for.</summary>
    public static Error? Check(Stream file)
    {
        Span<byte> header = stackalloc byte[Length];
        file.Position = 0;
        if (file.ReadAtLeast(header, Length, throwOnEndOfStream: false) < Length || !header.StartsWith("SQLite format 3\0"u8))
            return UploadFaults.NotADatabase;

        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeAt..]) is var size && size == 1 ? 65536 : (int)size;
        if (pageSize < 512 || !int.IsPow2(pageSize) || file.Length % pageSize != 0)
            return UploadFaults.Damaged;
        if (BinaryPrimitives.ReadUInt32BigEndian(header[PageCountAt..]) > file.Length / pageSize)
            return UploadFaults.Of("The file is cut off: it has fewer pages than its header says.");
        if (header[WriteVersionAt] is not (RollbackJournal or Log) || header[ReadVersionAt] is not (RollbackJournal or Log))
            return UploadFaults.Of("The file was written by a SQLite that is newer than the one that is here.");
        if (BinaryPrimitives.ReadUInt32BigEndian(header[EncodingAt..]) is 2 or 3)
            return UploadFaults.Of("The database is encoded in UTF-16; only UTF-8 is taken.") with { Hint = "Dump it and load it into a database with PRAGMA encoding = 'UTF-8'." };

        header[WriteVersionAt] = header[ReadVersionAt] = RollbackJournal;
        file.Position = WriteVersionAt;
        file.Write(header.Slice(WriteVersionAt, 2));
        file.Flush();
        return null;
    }
}
