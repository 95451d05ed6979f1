using System.Security.Cryptography;

namespace Nebula.Storage.Backups.Objects;

/// <summary>Content as it is, hashed as it is read. It is disposed with it.</summary>
internal sealed class HashingStream(Stream content) : BlockStream
{
    private const int BlockBytes = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _read = new byte[BlockBytes];

    /// <summary>How much was read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of what was read, in hexadecimal digits. To be asked for once, at the end.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        var read = await content.ReadAsync(_read, ct);
        _hash.AppendData(_read, 0, read);
        Bytes += read;
        return (_read.AsMemory(0, read), read == 0);
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        content.Dispose();
        base.Dispose(disposing);
    }
}
