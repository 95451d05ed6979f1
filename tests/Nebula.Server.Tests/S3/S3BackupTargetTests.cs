using System.Security.Cryptography;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.S3;
using Nebula.Storage.Tests.Backups;

namespace Nebula.Server.Tests.S3;

public sealed class S3BackupTargetTests : BackupTargetContract, IAsyncLifetime
{
    private S3Server? _server;
    private S3BackupTarget? _target;

    protected override IBackupTarget Target => _target!; // made before each test

    /// <summary>The server of the tests lists folder by folder; S3 itself goes by bytes.</summary>
    protected override bool IsInOrder => false;

    public async ValueTask InitializeAsync()
    {
        _server = await S3Server.StartAsync(Ct);
        _target = new S3BackupTarget(_server.Options, S3Server.Bucket, "some/where");
    }

    public async ValueTask DisposeAsync()
    {
        _target?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(8 * 1024 * 1024)]
    [InlineData(20_000_001)]
    public async Task What_is_larger_than_a_part_is_uploaded_in_parts(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);

        await Target.WriteAsync("large", new MemoryStream(content), Ct);

        await using var stream = await Target.OpenAsync("large", Ct);
        Assert.NotNull(stream);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, Ct);
        Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        Assert.Equal([new BackupObject("large", length)], await List(""));
    }

    [Fact]
    public async Task A_large_object_whose_content_broke_off_is_not_there()
    {
        await Assert.ThrowsAsync<IOException>(async () => await Target.WriteAsync("large", new BreakingStream(20_000_000), Ct));

        Assert.Empty(await List(""));
    }

    [Fact]
    public async Task More_objects_than_a_page_has_are_all_listed()
    {
        for (var i = 0; i < 1010; i++)
            await Write($"many/{i:0000}", "x");

        Assert.Equal(Enumerable.Range(0, 1010).Select(i => $"many/{i:0000}"), (await List("many/")).Select(o => o.Name));
    }

    [Fact]
    public async Task What_lies_beside_the_prefix_is_not_seen()
    {
        using var beside = new S3BackupTarget(_server!.Options, S3Server.Bucket, "some/where-else"); // made before each test
        await beside.WriteAsync("a", Stream.Null, Ct);

        Assert.Empty(await List(""));
        Assert.Null(await Target.OpenAsync("a", Ct));
    }

    [Fact]
    public async Task Wrong_credentials_and_a_bucket_that_is_not_there_are_told_without_the_secret()
    {
        using var wrong = new S3BackupTarget(_server!.Options with { AccessKeyId = "nobody", SecretAccessKey = "a-very-secret-thing" }, S3Server.Bucket, ""); // made before each test
        using var nowhere = new S3BackupTarget(_server.Options, "no-such-bucket", "");

        var refused = await Assert.ThrowsAsync<UnavailableException>(async () => await wrong.WriteAsync("a", Stream.Null, Ct));
        Assert.Contains("s3://backups", refused.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-very-secret-thing", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("NoSuchBucket", (await Assert.ThrowsAsync<UnavailableException>(async () => await nowhere.WriteAsync("a", Stream.Null, Ct))).Error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnavailableException>(async () => await nowhere.OpenAsync("a", Ct));
    }

    [Fact]
    public async Task A_server_that_is_away_is_told()
    {
        await _server!.DisposeAsync(); // made before each test
        _server = null;

        var fault = await Assert.ThrowsAsync<UnavailableException>(() => Write("a", "1"));

        Assert.Contains("s3://backups/some/where", fault.Error.Message, StringComparison.Ordinal);
    }
}
