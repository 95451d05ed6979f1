using Microsoft.AspNetCore.Http;
using Nebula.Core;
using Nebula.Core.Records.Bulk;

namespace Nebula.Api.Records;

/// <summary><c>on_conflict</c> and <c>resolution</c> of a request that adds records. Anything else in its query is ignored, as it was in v0.2.</summary>
internal static class UpsertParameters
{
    /// <summary>Null when nothing of it is given. Fails with invalid_parameter.</summary>
    public static Result<ConflictText?> Read(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
            return default(ConflictText?);
        string? columns = null;
        string? resolution = null;
        foreach (var (name, value) in QueryParameters.Read(request))
        {
            var taken = name switch
            {
                "on_conflict" or "$on_conflict" => Take(ref columns, value),
                "resolution" or "$resolution" => Take(ref resolution, value),
                _ => true,
            };
            if (!taken)
                return Error.Of(ErrorCodes.InvalidParameter, name, FieldCodes.Duplicate, "is given twice");
        }

        if (columns is not null)
            return new ConflictText(columns, resolution);
        return resolution is null ? default(ConflictText?) : Error.Of(ErrorCodes.InvalidParameter, "on_conflict", FieldCodes.Required, "is required with 'resolution'");
    }

    private static bool Take(ref string? slot, string value)
    {
        var isFirst = slot is null;
        slot ??= value;
        return isFirst;
    }
}
