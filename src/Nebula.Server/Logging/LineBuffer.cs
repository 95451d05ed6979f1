namespace Nebula.Server.Logging;

/// <summary>Whole lines, waiting to be written. Grows with the load and gives memory back when it falls. Not for two threads at once.</summary>
internal sealed class LineBuffer
{
    private const int InitialBytes = 64 * 1024;
    private const int MostAlwaysKeptBytes = 1024 * 1024;

    private byte[] _bytes = new byte[InitialBytes];

    public int Length { get; private set; }

    public int Lines { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Add(ReadOnlySpan<byte> line)
    {
        if (Length + line.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + line.Length));
        line.CopyTo(_bytes.AsSpan(Length));
        Length += line.Length;
        Lines++;
    }

    public void Clear()
    {
        // Not after each large batch: growing anew every few milliseconds cost more than building the lines.
        if (_bytes.Length > MostAlwaysKeptBytes && Length < _bytes.Length / 16)
            _bytes = new byte[InitialBytes];
        (Length, Lines) = (0, 0);
    }
}
