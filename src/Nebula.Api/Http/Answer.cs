using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nebula.Api.Http;

/// <summary>Writes answers with their length, so that no answer is chunked.</summary>
internal static class Answer
{
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

    /// <summary>Sets status, type and length, for an answer whose body is written next.</summary>
    public static void Begin(HttpContext http, int status, long length)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = Problems.Json;
        response.ContentLength = length;
    }
}
