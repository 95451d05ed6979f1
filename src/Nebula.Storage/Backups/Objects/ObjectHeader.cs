using System.Security.Cryptography;

namespace Nebula.Storage.Backups.Objects;

/// <summary>How an encrypted object begins: what it is, which key it needs, and the salt of its own key.</summary>
internal static class ObjectHeader
{
    public const int Bytes = MarkBytes + BackupKey.IdBytes + SaltBytes;

    private const int MarkBytes = 8;
    private const int SaltBytes = 16;

    private static ReadOnlySpan<byte> Mark => "NEBULAE1"u8;

    public static bool IsOne(ReadOnlySpan<byte> start) => start.Length >= Bytes && start[..MarkBytes].SequenceEqual(Mark);

    /// <summary>A new header with a salt of its own.</summary>
    public static byte[] Create(BackupKey key) => [.. Mark, .. key.Id, .. RandomNumberGenerator.GetBytes(SaltBytes)];

    public static bool IsOf(BackupKey key, ReadOnlySpan<byte> header) => header.Slice(MarkBytes, BackupKey.IdBytes).SequenceEqual(key.Id);

    public static byte[] SaltOf(ReadOnlySpan<byte> header) => header[^SaltBytes..].ToArray();
}
