using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
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
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var given) || (given.Count > 1 && given.Contains(EntityTagHeaderValue.Any)))
            return Error.Of(ErrorCodes.InvalidParameter, "If-Match", FieldCodes.Invalid, "must be '*' or a list of entity tags in double quotes");
        if (given[0].Equals(EntityTagHeaderValue.Any))
            return new Precondition([], AnyRecord: true);

        var tags = new List<EntityTag>();
        foreach (var one in given)
        {
            if (!one.IsWeak && EntityTag.TryParse(one.Tag, out var tag))
                tags.Add(tag);
        }

        return new Precondition(tags);
    }

    /// <summary>Whether the client has this very record already. Who sends no proper tags has none.</summary>
    public static bool IsKnown(HttpRequest request, EntityTag tag)
    {
        var header = request.Headers.IfNoneMatch;
        return header.Count > 0 && EntityTagHeaderValue.TryParseStrictList(header, out var given) && given.Any(one => Is(one, tag));
    }

    // Weak comparison, as the RFC wants for If-None-Match: a proxy that compresses may have weakened the tag.
    private static bool Is(EntityTagHeaderValue given, EntityTag tag) =>
        given.Equals(EntityTagHeaderValue.Any) || (EntityTag.TryParse(given.Tag, out var one) && one == tag);
}
