namespace Nebula.Storage.Backups.Objects;

/// <summary>A stream of which the beginning was read already, from the beginning. It is disposed with it.</summary>
internal sealed class StartedStream(ReadOnlyMemory<byte> start, Stream rest) : BlockStream
{
    private const int BlockBytes = 64 * 1024;

    private readonly byte[] _read = new byte[BlockBytes];
    private bool _isStartGiven;

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        if (!_isStartGiven)
        {
            _isStartGiven = true;
            return (start, false);
        }

        var read = await rest.ReadAsync(_read, ct);
        return (_read.AsMemory(0, read), read == 0);
    }

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
