using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nebula.Api.Pipeline;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Api.Records;

/// <summary><c>Idempotency-Key</c>: one effect however often the request is sent.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";
    private const int MaxLength = 255;

    /// <summary>What the storage knows the request by; null when the client sent no key. Fails with invalid_parameter.</summary>
    public static Result<IdempotentRequest?> Read(HttpContext http, ReadOnlySpan<byte> body)
    {
        if (!http.Request.Headers.TryGetValue(Name, out var given))
            return Result.Success<IdempotentRequest?>(null);
        if (given is not [{ Length: > 0 and <= MaxLength } key] || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return Error.Of(ErrorCodes.InvalidParameter, Name, FieldCodes.Invalid, $"must be 1 to {MaxLength} visible ASCII characters");
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return IdempotentRequest.Of(http.Caller(), http.Request.Method, target, key, body);
    }

    /// <summary>Says so in the answer when it is that of an earlier request.</summary>
    public static void Tell(HttpContext http, IdempotentRequest? once)
    {
        if (once is { IsReplayed: true })
            http.Response.Headers["Idempotency-Replayed"] = "true";
    }
}
