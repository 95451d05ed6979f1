using System.Net;
using System.Text.Json;

namespace LoadSqlite.Server;

/// <summary>Nebula refused a request, or could not be asked.</summary>
internal sealed class NebulaException(HttpStatusCode? status, string code, string message) : Exception(message)
{
    public HttpStatusCode? Status { get; } = status;

    /// <summary>The stable code of the error, or "" if the answer had none.</summary>
    public string Code { get; } = code;

    /// <summary>Reads Nebula's error: <c>{error, code, status, request_id, details: [{field, code, message}], hint}</c>.</summary>
    public static async Task<NebulaException> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        var route = $"{request.Method} {request.RequestUri?.AbsolutePath}: {(int)response.StatusCode}";
        try
        {
            using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            var parts = new List<string> { body.RootElement.GetProperty("error").GetString() ?? "" };
            if (body.RootElement.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
                parts.AddRange(details.EnumerateArray().Select(d => $"{d.GetProperty("field").GetString()} {d.GetProperty("message").GetString()}."));
            if (body.RootElement.TryGetProperty("hint", out var hint) && hint.ValueKind == JsonValueKind.String)
                parts.Add(hint.GetString() ?? "");
            var code = body.RootElement.GetProperty("code").GetString() ?? "";
            return new NebulaException(response.StatusCode, code, $"{route} {string.Join(" ", parts)}");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not Nebula's own: a proxy before it, or something else at that address.
            return new NebulaException(response.StatusCode, "", $"{route} {response.ReasonPhrase}");
        }
    }
}
