using System.Security.Cryptography;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// A database file as it lies on the disk, from beginning to end, read through a connection: closing a descriptor of our own would drop all locks that this process has on the file
/// (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_). Ends early when the file becomes shorter.
/// </summary>
/// <param name="connection">One on which nothing else is done. Not disposed.</param>
/// <param name="hash">Gets what was read.</param>
internal sealed class DatabaseFileStream(Connection connection, IncrementalHash hash) : Stream
{
    private readonly long _end = connection.FileSize;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>How many bytes were read.</summary>
    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = connection.ReadFile(_position, buffer[..(int)Math.Min(buffer.Length, _end - _position)]);
        hash.AppendData(buffer[..read]);
        _position += read;
        return read;
    }

    /// <summary>Asked for by a thread of the pool where it is read asynchronously: SQLite reads in no other way.</summary>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
