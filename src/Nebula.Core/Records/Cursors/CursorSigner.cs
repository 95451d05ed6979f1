using System.Buffers.Text;
using System.Security.Cryptography;

namespace Nebula.Core.Records.Cursors;

/// <summary>
/// Makes and checks the cursors of lists: the sort values of the last record of a page, signed together with what the list is, so that a cursor is good for that list
/// alone and nobody can make one up. Thread-safe.
/// </summary>
/// <remarks>What a cursor holds is no secret: whoever has it was given these values.</remarks>
public sealed class CursorSigner : IDisposable
{
    /// <summary>Longer ones would not fit into the request line that they are to come back in.</summary>
    private const int MaxBytes = 6 * 1024;

    private const int MacBytes = 16;
    private readonly byte[] _key;

    // Setting one up costs more than signing with it.
    private IncrementalHash? _spare;

    /// <param name="secret">The server's secret, the same on every replica; the cursors' key is derived from it.</param>
    public CursorSigner(ReadOnlySpan<byte> secret)
    {
        _key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, _key, [], "nebula cursor 1"u8);
    }

    /// <summary>The cursor that goes on behind these values, or null when they are too long for one.</summary>
    /// <param name="binding">What the list is: its <see cref="ListIdentity"/>.</param>
    public string? Sign(ReadOnlySpan<byte> binding, IReadOnlyList<TypedValue> values)
    {
        using var payload = new Utf8Buffer();
        foreach (var value in values)
            Write(payload, value);
        if (payload.Length > MaxBytes)
            return null;
        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(binding, payload.Span, mac);
        payload.Write(mac);
        return Base64Url.EncodeToString(payload.Span);
    }

    /// <summary>The values of a cursor that was signed for this list, or null.</summary>
    public IReadOnlyList<TypedValue>? Open(ReadOnlySpan<byte> binding, string cursor)
    {
        var bytes = new byte[cursor.Length];
        if (Base64Url.DecodeFromChars(cursor, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written < MacBytes)
            return null;
        var payload = bytes.AsSpan(0, written - MacBytes);
        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(binding, payload, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(written - MacBytes, MacBytes)))
            return null;

        // Signed here, so well-formed.
        var values = new List<TypedValue>();
        for (var at = 0; at < payload.Length;)
            values.Add(Read(payload, ref at));
        return values;
    }

    public void Dispose() => Interlocked.Exchange(ref _spare, null)?.Dispose();

    private void Mac(ReadOnlySpan<byte> binding, ReadOnlySpan<byte> payload, Span<byte> mac)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var hmac = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(binding);
        hmac.AppendData(payload);
        hmac.GetHashAndReset(hash);
        Interlocked.Exchange(ref _spare, hmac)?.Dispose();
        hash[..MacBytes].CopyTo(mac);
    }

    private static void Write(Utf8Buffer payload, TypedValue value)
    {
        payload.Write((byte)value.Kind);
        switch (value.Kind)
        {
            case ValueKind.Integer:
                payload.Write(BitConverter.GetBytes(value.Integer));
                break;
            case ValueKind.Real:
                payload.Write(BitConverter.GetBytes(value.Real));
                break;
            case ValueKind.Text or ValueKind.Blob:
                payload.Write(BitConverter.GetBytes(value.Bytes.Length));
                payload.Write(value.Bytes.Span);
                break;
        }
    }

    private static TypedValue Read(ReadOnlySpan<byte> payload, ref int at)
    {
        var kind = (ValueKind)payload[at++];
        switch (kind)
        {
            case ValueKind.Integer:
                at += sizeof(long);
                return TypedValue.Of(BitConverter.ToInt64(payload[(at - sizeof(long))..]));
            case ValueKind.Real:
                at += sizeof(double);
                return TypedValue.Of(BitConverter.ToDouble(payload[(at - sizeof(double))..]));
            case ValueKind.Text or ValueKind.Blob:
                var length = BitConverter.ToInt32(payload[at..]);
                at += sizeof(int) + length;
                var bytes = payload[(at - length)..at].ToArray();
                return kind == ValueKind.Text ? TypedValue.Text(bytes) : TypedValue.Blob(bytes);
            default:
                return TypedValue.Null;
        }
    }
}
