using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.Authentication;
using Nebula.Api.Http;
using Nebula.Api.Pipeline;
using Nebula.Core.Databases.Files;

namespace Nebula.Api.Databases.Files;

/// <summary>Whole databases as SQLite files.</summary>
internal sealed class DatabaseFileEndpoints(DatabaseFileService files, ApiOptions options)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/databases/{db}/export", ExportAsync).Allow(Access.AccountOrKey);
        v1.MapPost("/databases/import", ImportAsync);
    }

    private async Task ExportAsync(HttpContext http)
    {
        var exported = http.Database().TryGet(out var name, out var error) ? await files.ExportAsync(http.Caller(), name, http.RequestAborted) : error;
        await DatabaseFileAnswer.SendAsync(http, exported);
    }

    private async Task ImportAsync(HttpContext http)
    {
        http.AllowBody(options.MaxImportBytes);
        var imported = UploadRequest.Read(http.Request).TryGet(out var request, out var error)
            ? await files.ImportAsync(http.Account(), request.Name, request.Strip, http.Request.Body, http.RequestAborted)
            : error;
        if (imported.TryGet(out var database, out _))
            http.Response.Headers.Location = $"/api/v1/databases/{database.Database.Name}";
        await imported.AnswerAsync(http, StatusCodes.Status201Created, DatabaseImportedAnswer.Of, ApiJson.Plain.DatabaseImportedAnswer);
    }
}
