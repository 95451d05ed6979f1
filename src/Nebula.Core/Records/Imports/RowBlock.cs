using System.Buffers.Binary;

namespace Nebula.Core.Records.Imports;

/// <summary>
/// Drafts side by side in one run of bytes, as they are kept on the way from the body to the table: written once, read by whoever binds them. Not thread-safe.
/// </summary>
/// <remarks>A row is its line as 8 bytes, then for each column its kind as one byte: behind a number its 8 bytes, behind text and blob their length as 4 bytes and the bytes.</remarks>
public sealed class RowBlock : IDisposable
{
    private readonly Utf8Buffer _bytes = new(64 * 1024);

    public int Rows { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.Memory;

    /// <summary>Appends a draft; it may be changed or disposed then.</summary>
    public void Add(RecordDraft draft, long line)
    {
        Rows++;
        var bytes = draft.Bytes;
        Write(line);
        foreach (ref readonly var value in draft.Values)
        {
            _bytes.Write((byte)value.Kind);
            switch (value.Kind)
            {
                case ValueKind.Integer or ValueKind.Real:
                    Write(value.Integer);
                    break;
                case ValueKind.Text or ValueKind.Blob:
                    BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value.Length);
                    _bytes.Advance(sizeof(int));
                    _bytes.Write(bytes[value.Range]);
                    break;
            }
        }
    }

    public void Clear()
    {
        Rows = 0;
        _bytes.Truncate(0);
    }

    public void Dispose() => _bytes.Dispose();

    private void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }
}
