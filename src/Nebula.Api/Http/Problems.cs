using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>Writes errors, all in one shape; as RFC 9457 has it when the client asks for that.</summary>
internal static class Problems
{
    public const string Json = "application/json";
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string ProblemJson = "application/problem+json";

    public static Task WriteAsync(HttpContext http, Error error)
    {
        var response = http.Response;
        response.StatusCode = ErrorStatus.Of(error);
        if (error.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = Challenge(error);

        var asProblem = http.Request.Headers.Accept.ToString().Contains(ProblemJson, StringComparison.OrdinalIgnoreCase);
        response.ContentType = asProblem ? ProblemJson : Json;
        var body = new Utf8JsonWriter(response.BodyWriter, _plain);
        Write(body, http, error, response.StatusCode, asProblem);
        body.Flush();
        response.ContentLength = body.BytesCommitted;
        return response.BodyWriter.FlushAsync(http.RequestAborted).AsTask();
    }

    private static void Write(Utf8JsonWriter body, HttpContext http, Error error, int status, bool asProblem)
    {
        body.WriteStartObject();
        if (asProblem)
        {
            body.WriteString("type"u8, "about:blank"u8);
            body.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
            body.WriteString("detail"u8, error.Message);
            body.WriteString("instance"u8, http.Request.Path.Value);
        }

        body.WriteString("error"u8, error.Message);
        body.WriteString("code"u8, error.Code);
        body.WriteNumber("status"u8, status);
        body.WriteString("request_id"u8, http.TraceIdentifier);
        if (error.Details.Count > 0)
        {
            body.WriteStartArray("details"u8);
            foreach (var detail in error.Details)
            {
                body.WriteStartObject();
                body.WriteString("field"u8, detail.Field);
                body.WriteString("code"u8, detail.Code);
                body.WriteString("message"u8, detail.Message);
                body.WriteEndObject();
            }

            body.WriteEndArray();
        }

        if (error.Operation is { } operation)
            body.WriteNumber("operation"u8, operation);
        if (error.Hint is not null)
            body.WriteString("hint"u8, error.Hint);
        body.WriteEndObject();
    }

    /// <summary>RFC 6750 and RFC 9110: both schemes are offered, and a token that has expired is called invalid.</summary>
    private static string[] Challenge(Error error) =>
        [error.Code == ErrorCodes.TokenExpired ? "Bearer realm=\"nebula\", error=\"invalid_token\"" : "Bearer realm=\"nebula\"", "ApiKey realm=\"nebula\""];
}
