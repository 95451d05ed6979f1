using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nebula.Server.Redis;

/// <summary>
/// The names of the buckets in Redis. Partitions are addresses of people and of their mail, so that a plain hash could be undone by trying them all:
/// they are hashed with a key that every replica derives from the server's secret. It also keeps apart two installations that share a Redis. Thread-safe.
/// </summary>
internal sealed class BucketKeys
{
    private const int HashBytes = 16;
    private readonly byte[] _key = new byte[32];

    /// <param name="secret">The server's secret, the same on every replica.</param>
    public BucketKeys(string secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), _key, [], "nebula rate limit 1"u8);

    public string Of(string kind, string partition)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(partition), hash);
        return $"nebula:limits:{kind}:{Base64Url.EncodeToString(hash[..HashBytes])}";
    }
}
