using System.Security.Cryptography;
using System.Text;

namespace Nebula.Storage.Backups.Objects;

/// <summary>What backups are encrypted with: 32 bytes that the operator keeps elsewhere than the backups. Each object gets a key of its own, made of this one, so that no nonce is ever used twice.</summary>
internal sealed class BackupKey
{
    public const int Bytes = 32;
    public const int IdBytes = 8;

    private readonly byte[] _key;

    private BackupKey(byte[] key)
    {
        _key = key;
        Id = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, IdBytes, info: "nebula backup key id"u8.ToArray());
    }

    /// <summary>Tells keys apart and says nothing of them.</summary>
    public byte[] Id { get; }

    /// <summary>Reads base64 of exactly 32 bytes. Gives what is wrong, without the text, or null.</summary>
    public static string? Parse(string text, out BackupKey? key)
    {
        key = null;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length))
            return "is not base64";
        if (length != Bytes)
            return $"has {length} bytes instead of {Bytes}";
        key = new BackupKey(bytes[..length]);
        return null;
    }

    /// <summary>The key of one object.</summary>
    /// <param name="name">Part of the key, so that an object put in the place of another can't be read.</param>
    public byte[] Derive(string name, byte[] salt) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Bytes, salt, Encoding.UTF8.GetBytes($"nebula backup object {name}"));
}
