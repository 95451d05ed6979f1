using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Nebula.Core.Records;

/// <summary>
/// A strong validator of one record: the first 128 bits of SHA-256 over the record's whole JSON in catalogue order. A cryptographic hash, because
/// <c>If-Match</c> guards against lost updates even where somebody chooses the values.
/// </summary>
public readonly record struct EntityTag(UInt128 Value)
{
    private const int Bytes = 16;
    private const int TextLength = 24;

    public static EntityTag Of(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return new EntityTag(MemoryMarshal.Read<UInt128>(hash));
    }

    /// <summary>Reads a tag with its quotes, as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EntityTag tag)
    {
        tag = default;
        if (text.Length != TextLength || text[0] != '"' || text[^1] != '"')
            return false;

        // Not TryDecodeFromChars: that throws on characters of another alphabet.
        Span<byte> bytes = stackalloc byte[Bytes];
        if (Base64Url.DecodeFromChars(text[1..^1], bytes, out _, out var written) != OperationStatus.Done || written != Bytes)
            return false;
        tag = new EntityTag(MemoryMarshal.Read<UInt128>(bytes));
        return true;
    }

    /// <summary>The tag with its quotes: <c>"…22 characters…"</c>.</summary>
    public override string ToString() => string.Create(TextLength, Value, static (text, value) =>
    {
        text[0] = text[^1] = '"';
        Base64Url.EncodeToChars(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in value)), text[1..^1]);
    });
}
