namespace Nebula.Baseline.Http;

/// <summary>Writes answers of JSON.</summary>
internal static class Answers
{
    public static Task NotFound(HttpContext http) => Json(http, StatusCodes.Status404NotFound, "{\"error\":\"not found\"}"u8);

    public static Task Refused(HttpContext http) => Json(http, StatusCodes.Status400BadRequest, "{\"error\":\"not such a record\"}"u8);

    // Not flushed: Kestrel sends head and body together when the request ends.
    public static Task Json(HttpContext http, int status, ReadOnlySpan<byte> json)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        var body = response.BodyWriter;
        json.CopyTo(body.GetSpan(json.Length));
        body.Advance(json.Length);
        return Task.CompletedTask;
    }
}
