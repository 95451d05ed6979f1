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

    /// <summary>The parameters of a single record: which columns, and which related records; anything else is invalid_parameter.</summary>
    public static Result<IReadOnlyList<KeyValuePair<string, string>>> ReadOfRecord(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
            return Result.Success<IReadOnlyList<KeyValuePair<string, string>>>([]); // nearly every read of a record
        var parameters = Read(request);
        var unknown = parameters
            .Where(p => p.Key.TrimStart('$') is not ("fields" or "expand"))
            .Select(p => new FieldError(p.Key, FieldCodes.UnknownParameter, "is no parameter of a single record"))
            .ToList();
        return unknown.Count > 0 ? Error.Of(ErrorCodes.InvalidParameter, unknown) : Result.Success(parameters);
    }
}
