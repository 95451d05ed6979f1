using System.Buffers.Binary;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Storage.Files;

namespace Nebula.Storage.Importing;

/// <summary>Rows in a file without a name for others, block behind block, each with its length before it. A spool of no block makes no file.</summary>
/// <param name="directory">Where the file lies; asked for with the first block.</param>
internal sealed class RowSpool(Func<SpoolDirectory> directory) : IRowSpool
{
    private FileStream? _file;
    private long _length;

    public ValueTask<Result<Done>> AddAsync(RowBlock block, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, block.Bytes.Length);
        try
        {
            // Into the system's memory, which writes it out by itself: nothing that a thread need not do.
            _file ??= directory().CreateTemporary();
            RandomAccess.Write(_file.SafeFileHandle, [length, block.Bytes], _length);
            _length += sizeof(int) + block.Bytes.Length;
            return new(new Done());
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            return new(DiskErrors.Translate(e));
        }
    }

    /// <summary>The blocks in their order. The memory of one is used again for the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read()
    {
        if (_file is null)
            yield break;
        var length = new byte[sizeof(int)];
        var bytes = BytePool.Rent(1024 * 1024);
        try
        {
            for (var at = 0L; at < _length;)
            {
                Fill(length, at);
                var size = BinaryPrimitives.ReadInt32LittleEndian(length);
                if (bytes.Length < size)
                {
                    var larger = BytePool.Rent(size); // may fail: what is returned below must be rented still
                    BytePool.Return(bytes);
                    bytes = larger;
                }

                Fill(bytes.AsSpan(0, size), at + sizeof(int));
                at += sizeof(int) + size;
                yield return bytes.AsMemory(0, size);
            }
        }
        finally
        {
            BytePool.Return(bytes);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Fill(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(_file!.SafeFileHandle, bytes, at); // read only where there is a file
            if (count == 0)
                throw new EndOfStreamException("The spool of an import is shorter than what was written to it.");
            bytes = bytes[count..];
            at += count;
        }
    }
}
