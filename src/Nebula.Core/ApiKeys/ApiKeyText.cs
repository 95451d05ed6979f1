using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nebula.Core.ApiKeys;

/// <summary>The text of a key: <c>neb_</c>, a prefix of 8 characters, <c>_</c>, 256 random bits in base64url.</summary>
/// <remarks>
/// A fast hash is enough for the secret: unlike a password it has 256 random bits. Keys that v0.2 gave out have any other form;
/// they are found by a part of their hash.
/// </remarks>
public static class ApiKeyText
{
    private const string Start = "neb_";
    private const int PrefixLength = 8;
    private const int SecretBytes = 32;

    /// <summary>Longer credentials are refused unread.</summary>
    private const int MaxLength = 512;

    private const string PrefixAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A new key.</summary>
    public static (string Text, string Prefix) Create()
    {
        var prefix = RandomNumberGenerator.GetString(PrefixAlphabet, PrefixLength);
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return ($"{Start}{prefix}_{Base64Url.EncodeToString(secret)}", prefix);
    }

    /// <summary>SHA-256 of the key's UTF-8.</summary>
    public static byte[] Hash(string text)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        TryHash(text, hash);
        return hash;
    }

    /// <summary>SHA-256 of the key's UTF-8 into 32 bytes; false for what is too long to be a key.</summary>
    public static bool TryHash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        if (text.Length is 0 or > MaxLength)
            return false;
        Span<byte> utf8 = stackalloc byte[MaxLength * 3];
        var length = Encoding.UTF8.GetBytes(text, utf8);
        SHA256.HashData(utf8[..length], hash);
        return true;
    }

    /// <summary>What a key is found by.</summary>
    public static string LookupKeyOf(ReadOnlySpan<char> text, ReadOnlySpan<byte> hash) =>
        HasPrefix(text) ? text.Slice(Start.Length, PrefixLength).ToString() : $"sha256:{Convert.ToHexStringLower(hash[..8])}";

    /// <summary>What may be shown of a key: its prefix, or the first four characters of one that has none.</summary>
    public static string PrefixOf(string text) => HasPrefix(text) ? text.Substring(Start.Length, PrefixLength) : text[..Math.Min(4, text.Length / 4)];

    /// <summary>The key with its secret left out: <c>neb_ab12cd34_…</c></summary>
    public static string Mask(ApiKey key) => key.LookupKey == key.Prefix ? $"{Start}{key.Prefix}_…" : $"{key.Prefix}…";

    private static bool HasPrefix(ReadOnlySpan<char> text) =>
        text.Length > Start.Length + PrefixLength + 1 && text.StartsWith(Start) && text[Start.Length + PrefixLength] == '_';
}
