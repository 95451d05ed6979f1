using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
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

    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;
    private readonly Utf8Buffer? _copy;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> received) => (_reader, _end, Utf8) = (reader, received.End, received.First);

    private RequestBody(Utf8Buffer copy) => (_copy, Utf8) = (copy, copy.Memory);

    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Reads everything. Fails with unsupported_media_type for what is not JSON; one that is too large ends in the error boundary.</summary>
    public static async ValueTask<Result<RequestBody>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!IsJson(request.ContentType))
            return new Error(ErrorCodes.UnsupportedMediaType, "The body must be sent as application/json.");

        var reader = request.BodyReader;
        var result = await reader.ReadAsync(ct);
        if (result.Buffer.IsSingleSegment && (result.IsCompleted || result.Buffer.Length == request.ContentLength))
            return new RequestBody(reader, result.Buffer);

        var copy = new Utf8Buffer((int)Math.Clamp(request.ContentLength ?? 0, 4096, 1024 * 1024));
        try
        {
            while (true)
            {
                foreach (var segment in result.Buffer)
                    copy.Write(segment.Span);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return new RequestBody(copy);
                result = await reader.ReadAsync(ct);
            }
        }
        catch
        {
            copy.Dispose();
            throw;
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
