using System.Text;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Keeps everything that the server logs.</summary>
internal sealed class LogCapture : Stream
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly MemoryStream _written = new();

    public string Text
    {
        get
        {
            lock (_written)
                return Encoding.UTF8.GetString(_written.ToArray());
        }
    }

    public IEnumerable<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits for a line that holds a text: the log is written beside what it tells of.</summary>
    public async Task ShouldSayAsync(string text, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!Text.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, $"The log never says '{text}':\n{Text}");
            await Task.Delay(10, ct);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_written)
            _written.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
