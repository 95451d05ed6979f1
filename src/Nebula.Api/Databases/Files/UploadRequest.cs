using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nebula.Api.Records;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Api.Databases.Files;

/// <summary>What is asked for with the upload of a database.</summary>
internal sealed record UploadRequest(DatabaseName Name, StripList Strip)
{
    private static readonly string[] _types = ["application/vnd.sqlite3", "application/x-sqlite3", "application/octet-stream"];

    /// <summary>Fails with unsupported_media_type, invalid_parameter, or invalid_name.</summary>
    public static Result<UploadRequest> Read(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !_types.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            return new Error(ErrorCodes.UnsupportedMediaType, "The body must be sent as application/vnd.sqlite3.");

        var faults = new List<FieldError>();
        var strip = new List<string>();
        string? name = null;
        foreach (var (parameter, value) in QueryParameters.Read(request))
        {
            if (parameter == "strip")
                strip.Add(value);
            else if (parameter != "db_name")
                faults.Add(new(parameter.Length > 63 ? parameter[..63] : parameter, FieldCodes.UnknownParameter, "is no parameter of an import"));
            else if (name is not null)
                faults.Add(new(parameter, FieldCodes.Duplicate, "is given twice"));
            else
                name = value;
        }

        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidParameter, faults);
        return DatabaseName.Parse(name).TryGet(out var database, out var error) ? new UploadRequest(database, StripList.Of(strip)) : error;
    }
}
