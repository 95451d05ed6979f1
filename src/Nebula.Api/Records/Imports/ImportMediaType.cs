using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Nebula.Core;
using Nebula.Core.Records.Imports;

namespace Nebula.Api.Records.Imports;

/// <summary>How the body of an import is written, by its <c>Content-Type</c>. Nothing is guessed from the content.</summary>
internal static class ImportMediaType
{
    public static Result<ImportFormat> Read(HttpRequest request)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            if (type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase))
                return ImportFormat.Csv;
            if (type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase))
                return ImportFormat.Ndjson;
        }

        return new Error(ErrorCodes.UnsupportedMediaType, "The body must be sent as text/csv or application/x-ndjson, in UTF-8.");
    }
}
