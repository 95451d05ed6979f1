using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Nebula.Api.Pipeline;

namespace Nebula.Api.Http;

/// <summary>Writes answers with their length, so that no answer is chunked.</summary>
internal static class Answer
{
    private static readonly TimeSpan _longestSending = TimeSpan.FromMinutes(2);

    public static Task JsonAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return Utf8Async(http, status, utf8);
    }

    public static Task Utf8Async(HttpContext http, int status, ReadOnlyMemory<byte> json)
    {
        Begin(http, status, json.Length);
        return http.Response.BodyWriter.WriteAsync(json, http.RequestAborted).AsTask();
    }

    public static Task NoContentAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>As <see cref="Begin"/>, for what was only read: does nothing when so large an answer finds no room, and <see cref="HeldMemory.Exhausted"/> is to be sent instead.</summary>
    public static bool TryBegin(HttpContext http, int status, long length)
    {
        if (length > HeldMemory.UncountedBytes && !http.Memory().TryTake(length))
            return false;
        Announce(http, status, length);
        return true;
    }

    /// <summary>Sets status, type and length, for an answer whose body is written next. One to a change that is done already is never refused.</summary>
    public static void Begin(HttpContext http, int status, long length)
    {
        if (length > HeldMemory.UncountedBytes)
            http.Memory().Take(length);
        Announce(http, status, length);
    }

    private static void Announce(HttpContext http, int status, long length)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = Problems.Json;
        response.ContentLength = length;
        if (length > HeldMemory.UncountedBytes)
            HoldUntilSent(http, length);
    }

    /// <summary>A large answer lies in the server's buffers until it is read, so its reader has a bounded time for all of it.</summary>
    private static void HoldUntilSent(HttpContext http, long length)
    {
        var memory = http.Memory();
        http.Response.OnCompleted(() =>
        {
            memory.GiveBack(length);
            return Task.CompletedTask;
        });
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { MinDataRate: { } slowest } rate && length / _longestSending.TotalSeconds > slowest.BytesPerSecond)
            rate.MinDataRate = new MinDataRate(length / _longestSending.TotalSeconds, slowest.GracePeriod);
    }
}
