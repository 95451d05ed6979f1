using System.Security.Cryptography;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// A database file as it lies on the disk, from beginning to end, read through a connection: closing a descriptor of our own would drop all locks that this process has on the file
/// (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_). Ends early when the file becomes shorter.
/// </summary>
/// <param name="connection">One on which nothing else is done. Not disposed.</param>
/// <param name="hash">Gets what was read.</param>
internal sealed class DatabaseFileStream(Connection connection, IncrementalHash hash) : ReadOnlyStream
{
    private readonly long _end = connection.FileSize;

    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Completes before it returns: SQLite reads in no other way.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = connection.ReadFile(BytesRead, buffer.Span[..(int)Math.Min(buffer.Length, _end - BytesRead)]);
        hash.AppendData(buffer.Span[..read]);
        BytesRead += read;
        return new(read);
    }
}
