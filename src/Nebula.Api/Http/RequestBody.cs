using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Api.Http;

/// <summary>A request's whole body in UTF-8. A small one is used where the server received it, without a copy. Disposing gives it back.</summary>
internal readonly struct RequestBody : IDisposable
{
    /// <summary>What bodies of a few fields may take; only records and schemas need more.</summary>
    public const int SmallBytes = 64 * 1024;

    /// <summary>What the definition of a table may take.</summary>
    public const int SchemaBytes = 1024 * 1024;

    /// <summary>As much as the server takes at all.</summary>
    public const int AnyBytes = int.MaxValue;

    /// <summary>Up to here buffers are of the pool, and double.</summary>
    private const int Much = 512 * 1024;

    /// <summary>For all of a body that did not come at once.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);

    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;
    private readonly Utf8Buffer? _copy;
    private readonly HeldBytes? _held;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> received) => (_reader, _end, Utf8) = (reader, received.End, received.First);

    private RequestBody(Utf8Buffer copy, HeldBytes held) => (_copy, Utf8, _held) = (copy, copy.Memory, held);

    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Reads everything. Fails with unsupported_media_type for what is not JSON, and with busy when too much is held already; one that is too large, or takes too long, ends in the error boundary.</summary>
    public static async ValueTask<Result<RequestBody>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!IsJson(request.ContentType))
            return new Error(ErrorCodes.UnsupportedMediaType, "The body must be sent as application/json.");

        var reader = request.BodyReader;
        var result = await reader.ReadAsync(ct);
        if (result.Buffer.IsSingleSegment && (result.IsCompleted || result.Buffer.Length == request.ContentLength))
            return new RequestBody(reader, result.Buffer);

        var held = request.HttpContext.Hold();
        using var late = held.StartDeadline(_longest);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            return await CopyAsync(reader, result, request.ContentLength ?? 0, held, ending.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body takes too long.", StatusCodes.Status408RequestTimeout);
        }
    }

    /// <summary>What has come is counted, not what is announced: a client that only says that it will send much takes nothing from others. Once much has come, room is made for all of it at once.</summary>
    /// <param name="announced">The length of the body, as far as it is known.</param>
    private static async Task<Result<RequestBody>> CopyAsync(PipeReader reader, ReadResult result, long announced, HeldBytes held, CancellationToken ct)
    {
        var copy = new Utf8Buffer((int)Math.Clamp(announced, 4096, HeldMemory.UncountedBytes));
        var isRead = false;
        try
        {
            while (true)
            {
                var length = copy.Length + result.Buffer.Length;
                if (length > Math.Max(held.Count, HeldMemory.UncountedBytes))
                {
                    var room = length > Much && announced > length ? announced : Math.Max(length, 2 * held.Count);
                    if (!held.TryTake(room - held.Count))
                    {
                        reader.AdvanceTo(result.Buffer.End); // the server reads the rest away, so that the connection can go on
                        return HeldMemory.Exhausted;
                    }

                    copy.Reserve((int)(room - copy.Length));
                }

                foreach (var segment in result.Buffer)
                    copy.Write(segment.Span);
                reader.AdvanceTo(result.Buffer.End);
                isRead = result.IsCompleted;
                if (isRead)
                    return new RequestBody(copy, held);
                result = await reader.ReadAsync(ct);
            }
        }
        finally
        {
            if (!isRead)
            {
                copy.Dispose();
                held.Dispose();
            }
        }
    }

    /// <summary>Reads a JSON object and hands it on. Fails with invalid_json, invalid_body, or what <paramref name="use"/> fails with.</summary>
    /// <param name="maxBytes">The largest body; a larger one ends in the error boundary.</param>
    public static async ValueTask<Result<T>> ReadObjectAsync<T>(HttpContext http, Func<JsonElement, ValueTask<Result<T>>> use, int maxBytes = SmallBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && !(limit.MaxRequestBodySize < maxBytes))
            limit.MaxRequestBodySize = maxBytes;
        if (!(await ReadAsync(http.Request, http.RequestAborted)).TryGet(out var body, out var error))
            return error;
        using (body)
        {
            if (!body.Parse().TryGet(out var document, out error))
                return error;
            using (document)
                return await use(document.RootElement);
        }
    }

    public void Dispose()
    {
        _reader?.AdvanceTo(_end);
        _copy?.Dispose();
        _held?.Dispose();
    }

    private Result<JsonDocument> Parse()
    {
        if (!StrictJson.Parse(Utf8).TryGet(out var document, out var error))
            return error;
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        return new Error(ErrorCodes.InvalidBody, "The body must be one JSON object.");
    }

    // Without a type it is taken for JSON: old clients leave it out.
    private static bool IsJson(string? contentType) =>
        contentType is null or "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
