using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Nebula.Api.Http;

/// <summary>Lets one request send more than others may. Nothing of its body was read yet.</summary>
internal static class BodyLimit
{
    public static void AllowBody(this HttpContext http, long maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;
    }
}
