namespace Nebula.Storage.Files;

/// <summary>A stream, read by a background thread, which blocks until there is something: what is asynchronous about it goes on elsewhere. It is disposed with it.</summary>
internal sealed class BlockingStream(Stream content) : ReadOnlyStream
{
    /// <summary>Completes before it returns.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => new(IsFile
        ? content.Read(buffer.Span)
        : BackgroundThread.Await(() => content.ReadAsync(buffer, cancellationToken).AsTask()));

    private bool IsFile => content is FileStream or LastReading;

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        if (IsFile)
        {
            content.Dispose();
        }
        else
        {
            BackgroundThread.Await(async () =>
            {
                await content.DisposeAsync();
                return true;
            });
        }

        base.Dispose(disposing);
    }
}
