using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Nebula.Storage.Backups.Objects;

/// <summary>
/// Encrypts or decrypts the chunks of one object in their order, with AES-256-GCM. The nonce is the chunk's number and whether it is the last one, so that chunks that were left out, repeated or exchanged, and an
/// object that was cut between two chunks, are found. Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (STREAM).
/// </summary>
internal sealed class ChunkCipher(byte[] key) : IDisposable
{
    public const int ChunkBytes = 64 * 1024;
    public const int TagBytes = 16;

    private const int NonceBytes = 12;
    private const int NumberAt = 3;

    private readonly AesGcm _aes = new(key, TagBytes);
    private readonly byte[] _nonce = new byte[NonceBytes];
    private ulong _number;

    /// <param name="output">Longer than the chunk by a tag.</param>
    public void Encrypt(ReadOnlySpan<byte> chunk, bool isLast, Span<byte> output) => _aes.Encrypt(NextNonce(isLast), chunk, output[..chunk.Length], output[chunk.Length..]);

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/>.</summary>
    /// <param name="output">Shorter than the chunk by a tag.</param>
    public void Decrypt(ReadOnlySpan<byte> chunk, bool isLast, Span<byte> output) => _aes.Decrypt(NextNonce(isLast), chunk[..^TagBytes], chunk[^TagBytes..], output);

    public void Dispose() => _aes.Dispose();

    private byte[] NextNonce(bool isLast)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(NumberAt), _number++);
        _nonce[^1] = isLast ? (byte)1 : (byte)0;
        return _nonce;
    }
}
