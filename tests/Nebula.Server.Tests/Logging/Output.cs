using System.Text;

namespace Nebula.Server.Tests.Logging;

/// <summary>Where the lines go in these tests: may be held up, or fail, and tells what it got.</summary>
internal sealed class Output : Stream
{
    private readonly MemoryStream _written = new();
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _heldUp = new(false);
    private int _failures;

    public bool Fails { get; set; }

    public int Writes { get; private set; }

    /// <summary>How many writes have failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public string Text
    {
        get
        {
            lock (_written)
                return Encoding.UTF8.GetString(_written.ToArray());
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Hold() => _open.Reset();

    /// <summary>Waits until a write stands before the closed door.</summary>
    public void WaitUntilHeldUp(CancellationToken ct) => _heldUp.Wait(ct);

    public void Release() => _open.Set();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_open.IsSet)
            _heldUp.Set();
        _open.Wait();
        if (Fails)
        {
            Interlocked.Increment(ref _failures);
            throw new IOException("No space left on device");
        }

        lock (_written)
            _written.Write(buffer);
        Writes++;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
