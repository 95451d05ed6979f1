using Microsoft.AspNetCore.Http;

namespace Nebula.Api.Pipeline;

/// <summary>Tells browsers to take answers for what they are: data, not pages.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        Set(http.Response);
        return next(http);
    }

    public static void Set(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store"; // a single record, which has a validator, says otherwise
    }
}
