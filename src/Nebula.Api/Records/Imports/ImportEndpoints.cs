using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Records.Imports;

namespace Nebula.Api.Records.Imports;

/// <summary>Many records from one file.</summary>
internal sealed class ImportEndpoints(ImportService imports, ApiOptions options)
{
    public void Map(IEndpointRouteBuilder v1) => v1.MapPost("/databases/{db}/tables/{table}/import", ImportAsync).Allow(Access.AccountOrKey);

    private async Task ImportAsync(HttpContext http)
    {
        http.AllowBody(options.MaxImportBytes);
        var imported = http.TryTable(out var database, out var table, out var error)
            && RefusedHeader.IsAbsent(http.Request, IdempotencyHeader.Name, out error)
            && ImportMediaType.Read(http.Request).TryGet(out var format, out error)
            && ImportRequest.Parse(format, QueryParameters.Read(http.Request)).TryGet(out var request, out error)
                ? await imports.ImportAsync(http.Caller(), database, table, request, http.Request.Body, http.RequestAborted)
                : error;
        await imported.AnswerAsync(http, StatusCodes.Status200OK, ImportAnswer.Of, ApiJson.Plain.ImportAnswer);
    }
}
