namespace Nebula.Storage.Files;

/// <summary>Reads a file, which is gone when this is closed.</summary>
internal sealed class LastReading(string path) : ReadOnlyStream
{
    private readonly FileStream _file = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0, FileOptions.SequentialScan);

    public override long Length => _file.Length;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _file.ReadAsync(buffer, cancellationToken);

    public override int Read(Span<byte> buffer) => _file.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            GradualRemoval.TryRemove(path);
        }

        base.Dispose(disposing);
    }
}
