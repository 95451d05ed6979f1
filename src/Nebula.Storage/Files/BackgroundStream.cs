namespace Nebula.Storage.Files;

/// <summary>What is made as it is read, made on a background thread. It is disposed with it, the thread is not.</summary>
/// <param name="content">Read on that thread only; what it reads itself never waits but by blocking, as a <see cref="BlockingStream"/> does.</param>
internal sealed class BackgroundStream(Stream content, BackgroundThread thread) : ReadOnlyStream
{
    /// <summary>As much as there is room for: each call changes threads.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        await thread.RunToEndAsync(() => content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken), cancellationToken);

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        base.Dispose(disposing);
    }
}
