using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Nebula.Api.Http;

/// <summary>
/// Reads a part of the path from what the client sent. The web server leaves <c>%2F</c> as it is while it decodes everything else, so that in what it gives a slash can't be told from
/// the text <c>%2F</c>; names and ids of other programs may hold both.
/// </summary>
internal static class RawSegment
{
    /// <summary>Null when the path can't be matched with the route part by part, as when it holds <c>..</c>.</summary>
    public static string? Find(HttpContext http, string parameter)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.PathSegments: var segments } || http.Features.Get<IHttpRequestFeature>()?.RawTarget is not ['/', ..] target)
            return null;
        var query = target.IndexOf('?');
        var parts = (query < 0 ? target : target[..query]).Trim('/').Split('/');
        if (parts.Length != segments.Count || parts.Contains("..") || parts.Contains("."))
            return null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (segments[i] is { IsSimple: true, Parts: [RoutePatternParameterPart { Name: var name }] } && name == parameter)
                return Uri.UnescapeDataString(parts[i]);
        }

        return null;
    }
}
