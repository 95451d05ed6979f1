using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Api.Http;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> as RFC 9110 has them.</summary>
internal static class EntityTagHeaders
{
    /// <summary>What <c>If-Match</c> demands. A weak tag never matches; one that Nebula did not give can't match. Fails with invalid_parameter.</summary>
    public static Result<Precondition> IfMatch(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
            return new Precondition(null);
        if (header.ToString().Trim() == "*")
            return new Precondition([], AnyRecord: true);

        var tags = new List<EntityTag>();
        foreach (var part in Parts(header))
        {
            if (!IsTag(part))
                return Error.Of(ErrorCodes.InvalidParameter, "If-Match", FieldCodes.Invalid, "must be '*' or a list of entity tags in double quotes");
            if (EntityTag.TryParse(part, out var tag))
                tags.Add(tag);
        }

        return new Precondition(tags);
    }

    /// <summary>Whether the client has this very record already.</summary>
    public static bool IsKnown(HttpRequest request, EntityTag tag)
    {
        var header = request.Headers.IfNoneMatch;
        if (header.Count == 0)
            return false;
        return header.ToString().Trim() == "*" || Parts(header).Any(part => Is(part, tag));
    }

    // Weak comparison, as the RFC wants for If-None-Match: a proxy that compresses may have weakened the tag.
    private static bool Is(string part, EntityTag tag) =>
        EntityTag.TryParse(part.StartsWith("W/", StringComparison.Ordinal) ? part.AsSpan(2) : part, out var given) && given == tag;

    private static bool IsTag(string part)
    {
        var opaque = part.StartsWith("W/", StringComparison.Ordinal) ? part[2..] : part;
        return opaque.Length >= 2 && opaque[0] == '"' && opaque[^1] == '"';
    }

    private static IEnumerable<string> Parts(StringValues header) =>
        header.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
