using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Nebula.Core;

namespace Nebula.Api.Records;

/// <summary>The query string as the core takes it: decoded names and values in their order, repetitions and all.</summary>
internal static class QueryParameters
{
    public static IReadOnlyList<KeyValuePair<string, string>> Read(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
            return [];
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
            parameters.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return parameters;
    }

    /// <summary>The only parameter of a single record; anything else is invalid_parameter.</summary>
    public static Result<Optional<string?>> ReadFields(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
            return default(Optional<string?>);
        var parameters = Read(request);
        var unknown = parameters.Where(p => p.Key is not ("fields" or "$fields")).Select(p => new FieldError(p.Key, FieldCodes.UnknownParameter, "is no parameter of a single record")).ToList();
        if (unknown.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, unknown);
        return parameters switch
        {
            [] => default(Optional<string?>),
            [var fields] => new Optional<string?>(fields.Value),
            _ => Error.Of(ErrorCodes.InvalidParameter, "fields", FieldCodes.Duplicate, "is given twice"),
        };
    }
}
