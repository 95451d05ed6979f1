using System.IO.Compression;
using System.Security.Cryptography;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Tests.Backups.Objects;

public sealed class BackupCodecTests
{
    private const string Name = "backups/a/metadata.db";
    private const int Stored = ChunkCipher.ChunkBytes + ChunkCipher.TagBytes;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int> Lengths => [0, 1, ChunkCipher.ChunkBytes - 1, ChunkCipher.ChunkBytes, ChunkCipher.ChunkBytes + 1, 3 * ChunkCipher.ChunkBytes, 1_000_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task What_was_encoded_is_decoded_with_a_key_and_without(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        foreach (var codec in new[] { new BackupCodec(null), new BackupCodec(Key()) })
            Assert.Equal(content, await Decode(codec, await Encode(codec, content)));
    }

    [Fact]
    public async Task Without_a_key_an_object_is_what_gzip_reads()
    {
        var stored = await Encode(new BackupCodec(null), "hello"u8.ToArray());

        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        Assert.Equal("hello", await new StreamReader(gzip).ReadToEndAsync(Ct));
    }

    [Fact]
    public async Task Content_is_compressed_before_it_is_encrypted() =>
        Assert.InRange((await Encode(new BackupCodec(Key()), new byte[1_000_000])).Length, 100, 20_000);

    [Fact]
    public async Task Nothing_of_the_content_is_seen_and_the_same_content_looks_different_each_time()
    {
        var (codec, content) = (new BackupCodec(Key()), "a secret that repeats, a secret that repeats"u8.ToArray());
        var (first, second) = (await Encode(codec, content), await Encode(codec, content));

        Assert.Equal(-1, first.AsSpan().IndexOf("secret"u8));
        Assert.False(first.AsSpan(ObjectHeader.Bytes).SequenceEqual(second.AsSpan(ObjectHeader.Bytes)));
    }

    [Fact]
    public async Task Another_key_a_missing_key_and_an_object_without_encryption_are_each_named()
    {
        var (plain, encrypted) = (await Encode(new BackupCodec(null), [1]), await Encode(new BackupCodec(Key()), [1]));

        Assert.Contains("another key than NEBULA_BACKUP_KEY", await Fault(new BackupCodec(Key(7)), encrypted), StringComparison.Ordinal);
        Assert.Contains("no NEBULA_BACKUP_KEY is given", await Fault(new BackupCodec(null), encrypted), StringComparison.Ordinal);
        Assert.Contains("is not encrypted", await Fault(new BackupCodec(Key()), plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encrypted_object_that_was_cut_anywhere_is_found()
    {
        var (codec, stored) = (new BackupCodec(Key()), await Encode(new BackupCodec(Key()), RandomNumberGenerator.GetBytes(3 * ChunkCipher.ChunkBytes)));
        int[] ends = [0, 1, ObjectHeader.Bytes, ObjectHeader.Bytes + 5, ObjectHeader.Bytes + Stored, ObjectHeader.Bytes + 2 * Stored, stored.Length - 1];

        foreach (var end in ends)
            await Fault(codec, stored[..end]);
    }

    [Fact]
    public async Task Chunks_that_were_exchanged_repeated_left_out_added_or_changed_are_found()
    {
        var (codec, stored) = (new BackupCodec(Key()), await Encode(new BackupCodec(Key()), RandomNumberGenerator.GetBytes(3 * ChunkCipher.ChunkBytes)));
        var (header, first, second, rest) = (
            stored[..ObjectHeader.Bytes], stored[ObjectHeader.Bytes..(ObjectHeader.Bytes + Stored)], stored[(ObjectHeader.Bytes + Stored)..(ObjectHeader.Bytes + 2 * Stored)],
            stored[(ObjectHeader.Bytes + 2 * Stored)..]);
        byte[][] changed =
        [
            [.. header, .. second, .. first, .. rest],
            [.. header, .. first, .. first, .. rest],
            [.. header, .. first, .. rest],
            [.. stored, .. first],
            [.. stored, 1],
            .. Enumerable.Range(ObjectHeader.Bytes - 16, 16).Append(ObjectHeader.Bytes).Append(stored.Length - 1).Select(at => Flipped(stored, at)),
        ];

        foreach (var version in changed)
            await Fault(codec, version);
    }

    [Fact]
    public async Task An_object_in_the_place_of_another_is_found()
    {
        var codec = new BackupCodec(Key());
        var stored = await Encode(codec, [1, 2, 3]);

        await Assert.ThrowsAsync<UnreadableBackupException>(() => Decode(codec, stored, "backups/b/metadata.db"));
    }

    [Fact]
    public async Task A_damaged_object_without_encryption_is_found()
    {
        var stored = await Encode(new BackupCodec(null), RandomNumberGenerator.GetBytes(100_000));

        await Fault(new BackupCodec(null), Flipped(stored, stored.Length - 5)); // its checksum
        await Fault(new BackupCodec(null), "no gzip at all, and longer than a header is"u8.ToArray());
    }

    [Theory]
    [InlineData("", "has 0 bytes instead of 32")]
    [InlineData("c2hvcnQ=", "has 5 bytes instead of 32")]
    [InlineData("not base64!", "is not base64")]
    public void A_key_is_32_bytes_of_base64(string text, string fault) => Assert.Equal(fault, BackupKey.Parse(text, out _));

    private static BackupKey Key(byte seed = 1)
    {
        Assert.Null(BackupKey.Parse(Convert.ToBase64String(Enumerable.Repeat(seed, BackupKey.Bytes).ToArray()), out var key));
        return key!; // nothing was wrong with it
    }

    private static byte[] Flipped(byte[] stored, int at)
    {
        byte[] changed = [.. stored];
        changed[at] ^= 1;
        return changed;
    }

    private static async Task<string> Fault(BackupCodec codec, byte[] stored) => (await Assert.ThrowsAsync<UnreadableBackupException>(() => Decode(codec, stored))).Message;

    private static async Task<byte[]> Encode(BackupCodec codec, byte[] content)
    {
        await using var encoded = codec.Encode(Name, new MemoryStream(content));
        return await ReadAll(encoded);
    }

    private static async Task<byte[]> Decode(BackupCodec codec, byte[] stored, string name = Name)
    {
        await using var decoded = await codec.DecodeAsync(name, new MemoryStream(stored), Ct);
        return await ReadAll(decoded);
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Ct);
        return all.ToArray();
    }
}
