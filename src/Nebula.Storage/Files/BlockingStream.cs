namespace Nebula.Storage.Files;

/// <summary>A stream, read by a background thread, which blocks until there is something: what is asynchronous about it goes on elsewhere. It is disposed with it.</summary>
internal sealed class BlockingStream(Stream content) : ReadOnlyStream
{
    /// <summary>Completes before it returns.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => new(content is FileStream or LastReading
        ? content.Read(buffer.Span)
        : BackgroundThread.Await(() => content.ReadAsync(buffer, cancellationToken).AsTask()));

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        base.Dispose(disposing);
    }
}
