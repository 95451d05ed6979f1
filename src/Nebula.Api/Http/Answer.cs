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
    private const int Piece = 32 * 1024;

    private static readonly TimeSpan _longestSending = TimeSpan.FromMinutes(2);

    public static Task JsonAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type) => Utf8Async(http, status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Task Utf8Async(HttpContext http, int status, ReadOnlyMemory<byte> json)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
            Begin(http, status, json.Length);
        else if (!TryBegin(http, status, json.Length))
            return Problems.WriteAsync(http, HeldMemory.Exhausted);
        return http.Response.BodyWriter.WriteAsync(json, http.RequestAborted).AsTask();
    }

    /// <summary>Sends what is in memory for everybody, of any size: no more of it waits for one client than the server buffers for any.</summary>
    public static async Task SharedAsync(HttpContext http, ReadOnlyMemory<byte> json)
    {
        Announce(http, StatusCodes.Status200OK, json.Length);
        for (var left = json; !left.IsEmpty; left = left[Math.Min(left.Length, Piece)..])
            await http.Response.BodyWriter.WriteAsync(left[..Math.Min(left.Length, Piece)], http.RequestAborted);
    }

    public static Task NoContentAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>As <see cref="Begin"/>, for what was only read: does nothing when so large an answer finds no room, and <see cref="HeldMemory.Exhausted"/> is to be sent instead.</summary>
    public static bool TryBegin(HttpContext http, int status, long length)
    {
        if (length > HeldMemory.UncountedBytes)
        {
            var held = http.Hold();
            if (!held.TryTake(length))
                return false;
            HoldUntilSent(http, held);
        }

        Announce(http, status, length);
        return true;
    }

    /// <summary>Sets status, type and length, for an answer whose body is written next. One to a change that is done already is never refused.</summary>
    public static void Begin(HttpContext http, int status, long length)
    {
        if (length > HeldMemory.UncountedBytes)
        {
            var held = http.Hold();
            held.Take(length);
            HoldUntilSent(http, held);
        }

        Announce(http, status, length);
    }

    private static void Announce(HttpContext http, int status, long length)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = Problems.Json;
        response.ContentLength = length;
    }

    /// <summary>A large answer lies in the server's buffers until it is read, so its reader has a bounded time for all of it.</summary>
    private static void HoldUntilSent(HttpContext http, HeldBytes held)
    {
        http.Response.RegisterForDispose(held);
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { MinDataRate: { } slowest } rate && held.Count / _longestSending.TotalSeconds > slowest.BytesPerSecond)
            rate.MinDataRate = new MinDataRate(held.Count / _longestSending.TotalSeconds, slowest.GracePeriod);
    }
}
