using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Server.S3;

/// <summary>Backups in a bucket of Amazon S3, or of a server that speaks its protocol. What is larger than a part is uploaded in parts, and seen when the last is there. Disposing closes its connections.</summary>
internal sealed class S3BackupTarget : IBackupTarget, IDisposable
{
    private const int SmallestPart = 8 * 1024 * 1024;
    private const int LargestPart = 64 * 1024 * 1024;

    /// <summary>A bucket takes 10,000 parts of an object: with this the largest object is of some 500 GB, and small ones take little memory.</summary>
    private const int PartsOfOneSize = 1000;

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    /// <param name="prefix">What all names of objects begin with, without a slash at its end; may be empty.</param>
    public S3BackupTarget(S3Options options, string bucket, string prefix)
    {
        (_bucket, _prefix) = (bucket, prefix.Length == 0 ? "" : $"{prefix}/");
        Location = $"s3://{bucket}/{prefix}".TrimEnd('/');
        var config = new AmazonS3Config
        {
            HttpClientFactory = new GuardedHttpClients(options.Endpoint?.Host),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // other servers do not know the newer ones
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 3,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.GetLeftPart(UriPartial.Authority);
            config.AuthenticationRegion = options.Region;
            config.ForcePathStyle = true;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey), config);
    }

    public string Location { get; }

    public async ValueTask WriteAsync(string name, Stream content, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        var part = new byte[SmallestPart];
        var length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, ct);
        if (length < part.Length)
            await PutAsync(name, part.AsMemory(0, length), ct);
        else
            await PutInPartsAsync(name, part, content, ct);
    }

    public async ValueTask<Stream?> OpenAsync(string name, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        try
        {
            return (await _client.GetObjectAsync(_bucket, _prefix + name, ct)).ResponseStream; // whose end is that of the answer
        }
        catch (AmazonS3Exception e) when (e is { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" })
        {
            return null;
        }
        catch (Exception e) when (IsOfBucket(e))
        {
            throw Fault(e);
        }
    }

    public async IAsyncEnumerable<BackupObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + prefix };
        do
        {
            var page = await TryAsync(() => _client.ListObjectsV2Async(request, ct));
            foreach (var found in page.S3Objects ?? [])
            {
                if (found.Key.StartsWith(_prefix, StringComparison.Ordinal) && BackupObjectName.IsValid(found.Key[_prefix.Length..]))
                    yield return new BackupObject(found.Key[_prefix.Length..], found.Size ?? 0);
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken ct)
    {
        BackupObjectName.Check(name);
        await TryAsync(() => _client.DeleteObjectAsync(_bucket, _prefix + name, ct));
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var body = Body(content);
        await TryAsync(() => _client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = _prefix + name, InputStream = body, AutoCloseStream = false, UseChunkEncoding = false }, ct));
    }

    private async ValueTask PutInPartsAsync(string name, byte[] part, Stream content, CancellationToken ct)
    {
        var upload = await TryAsync(() => _client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket, Key = _prefix + name }, ct));
        try
        {
            var done = new List<PartETag>();
            for (var length = part.Length; length > 0; length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, ct))
            {
                done.Add(await PutPartAsync(upload, done.Count + 1, part.AsMemory(0, length), ct));
                if (done.Count % PartsOfOneSize == 0 && part.Length < LargestPart)
                    part = new byte[part.Length * 2];
            }

            await TryAsync(() => _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = _bucket, Key = upload.Key, UploadId = upload.UploadId, PartETags = done }, ct));
        }
        catch
        {
            await AbortAsync(upload);
            throw;
        }
    }

    private async ValueTask<PartETag> PutPartAsync(InitiateMultipartUploadResponse upload, int number, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var body = Body(content);
        var put = await TryAsync(() => _client.UploadPartAsync(
            new UploadPartRequest { BucketName = _bucket, Key = upload.Key, UploadId = upload.UploadId, PartNumber = number, PartSize = content.Length, InputStream = body, UseChunkEncoding = false }, ct));
        return new PartETag(number, put.ETag);
    }

    private async ValueTask AbortAsync(InitiateMultipartUploadResponse upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_bucket, upload.Key, upload.UploadId, CancellationToken.None);
        }
        catch (Exception e) when (IsOfBucket(e))
        {
            // What failed before is told. A rule of the bucket can remove uploads that nobody completed.
        }
    }

    private static MemoryStream Body(ReadOnlyMemory<byte> content) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray());

    private async Task<T> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (IsOfBucket(e))
        {
            throw Fault(e);
        }
    }

    /// <summary>An argument: what a redirection leads to is no bucket. Those of this class are checked before.</summary>
    private static bool IsOfBucket(Exception e) => e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or WebException or TimeoutException or ArgumentException;

    private UnavailableException Fault(Exception e) => new(new Error(ErrorCodes.Unavailable, $"The bucket of the backups, {Location}, can't be used: {Reason(e)}"), e);

    /// <summary>The innermost: around it the SDK says only that a request failed.</summary>
    private static string Reason(Exception e) => e switch
    {
        AmazonS3Exception { ErrorCode.Length: > 0 } known => $"{known.ErrorCode}: {known.Message}",
        { InnerException: { } inner } => Reason(inner),
        _ => e.Message,
    };
}
