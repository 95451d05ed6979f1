using System.IO.Compression;
using Nebula.Server.Tests.Architecture;
using Nebula.Server.Tests.Deployment;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Decompression bounded", "zip-slip": nothing that a client sends is decompressed or unpacked.</summary>
public sealed class DecompressionTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task A_compressed_body_is_refused_as_the_bytes_that_it_is(string encoding)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (before, bomb) = (await shop.DescribeAsync(), Compress(new byte[32 * 1024 * 1024]));
        var record = Compress("""{"name": "Mallory"}"""u8.ToArray());

        foreach (var path in new[] { "/auth/login", "/api/v1/databases", Shop.Customers, "/api/v1/databases/shop/batch" })
        {
            (await shop.Owner.PostAsync(path, bomb, ("Content-Encoding", encoding))).ShouldBe(400, "invalid_json");
            (await shop.Owner.PostAsync(path, record, ("Content-Encoding", encoding))).ShouldBe(400, "invalid_json");
        }

        foreach (var type in new[] { "text/csv", "application/x-ndjson" })
            Assert.Equal(400, (await shop.Owner.PostAsync("/api/v1/databases/shop/tables/customers/import", new Upload(type, bomb), ("Content-Encoding", encoding))).Status);
        (await shop.Owner.PostAsync("/api/v1/databases/import?db_name=bomb", new Upload(SqliteUpload.MediaType, bomb), ("Content-Encoding", encoding))).ShouldBe(400, "invalid_body");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public void Nothing_in_the_server_unpacks_an_archive() => Assert.Empty(
        from path in Layers.SourceFiles()
        where new[] { "ZipArchive", "ZipFile", "TarReader", "TarFile", "AddRequestDecompression" }.Any(word => SourceTree.Read(path).Contains(word, StringComparison.Ordinal))
        select path);

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(content);
        return compressed.ToArray();
    }
}
